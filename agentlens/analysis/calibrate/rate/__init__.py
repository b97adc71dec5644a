"""Which share would people pass: here, elsewhere, and on one side against the other?"""
