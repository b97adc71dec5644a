"""Is one set of traces better than another?"""
