"""Is it the judge that changed?"""
