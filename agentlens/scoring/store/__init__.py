"""How is nothing paid twice, and no answer lost?"""
