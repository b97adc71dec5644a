"""Is it still the same judge, and which judge is better?"""
