"""Who may send what, and what came of it?"""
