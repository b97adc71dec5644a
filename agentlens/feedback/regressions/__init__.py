"""How does a failure that a person saw become a test that it stays away?"""
