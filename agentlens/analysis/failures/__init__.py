"""Which failures are there, and which of them are new?"""
