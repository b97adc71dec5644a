"""Who is scored, by whom, and what do the scores say?"""
