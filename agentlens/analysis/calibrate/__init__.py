"""How far can a judge be believed, and what is true where it can not?"""
