"""Which settings can a view try by itself, and what must Python compute for it beforehand?"""
