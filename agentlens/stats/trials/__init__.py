"""Is one arm better than another?"""
