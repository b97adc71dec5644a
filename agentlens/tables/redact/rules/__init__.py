"""Which patterns give a person or a key away?"""
