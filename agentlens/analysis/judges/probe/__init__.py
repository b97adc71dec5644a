"""Does a judge look at what should not matter?"""
