"""How far did one metric move?"""
