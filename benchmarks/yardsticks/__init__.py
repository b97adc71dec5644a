"""Which goals are there, and is each met?"""
