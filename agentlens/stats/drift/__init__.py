"""How far has a column moved, and is that more than chance?"""
