"""Who is to be labelled by people, why, with what probability, and what did they say?"""
