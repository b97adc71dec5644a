"""Who judges, and how is it reached?"""
