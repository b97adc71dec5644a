"""How do requests and answers travel?"""
