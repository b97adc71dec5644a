"""How do two arms differ in one metric?"""
