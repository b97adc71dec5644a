"""Into which parts does a change fall, and how sure is each?"""
