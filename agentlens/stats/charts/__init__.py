"""Which points of a series leave the limits, how often for nothing, and since when?"""
