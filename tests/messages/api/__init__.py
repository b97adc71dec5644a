"""What does the API answer when nothing goes wrong?"""
