"""How is it told: in words, numbers, traces and a picture?"""
