"""Which failures are new, and which grew?"""
