"""Is a judge good enough to be relied on?"""
