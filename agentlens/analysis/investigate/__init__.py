"""What happened, in one call?"""
