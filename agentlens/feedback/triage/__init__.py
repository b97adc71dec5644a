"""Which traces deserve a person's time first?"""
