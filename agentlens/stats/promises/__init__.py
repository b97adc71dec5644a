"""How much of a promise is left, and how long does a standing last?"""
