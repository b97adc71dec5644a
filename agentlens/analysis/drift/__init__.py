"""Which columns have moved?"""
