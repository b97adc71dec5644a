"""How is a change drawn: by column, slice, part, failure and comparison?"""
