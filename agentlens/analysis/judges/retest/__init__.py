"""How often does a judge contradict itself?"""
