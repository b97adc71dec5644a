"""How is one text searched, and what is put where something was found?"""
