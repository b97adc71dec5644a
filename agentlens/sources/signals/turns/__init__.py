"""What did the user say next: a correction, the same again, or something new?"""
