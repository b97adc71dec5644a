"""What does the page of a rater show, and what must not be in it?"""
