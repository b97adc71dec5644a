"""Between which values does a number lie?"""
