"""How well do judges agree with people, with one another and with themselves?"""
