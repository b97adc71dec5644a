"""Which of two judges is right more often?"""
