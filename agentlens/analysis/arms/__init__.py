"""Which traces are compared with which, and by what can they be told apart?"""
