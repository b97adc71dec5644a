"""The mapping language: where does a column come from, and what does the source say there?"""
