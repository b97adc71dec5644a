"""Has the judge changed, or what it judges?"""
