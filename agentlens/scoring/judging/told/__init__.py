"""How is a run told: as rows, as words?"""
