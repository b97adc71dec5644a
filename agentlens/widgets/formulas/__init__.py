"""What does the browser recompute by itself, and what in Python is that held against?"""
