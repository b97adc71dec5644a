"""How does a person, a function or a filled file answer a queue?"""
