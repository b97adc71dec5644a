"""Are there more of these events than before?"""
