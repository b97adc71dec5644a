"""What changed most, of everything that can be asked?"""
