"""Which slices changed, and which of them survive the search?"""
