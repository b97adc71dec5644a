"""What is a judge asked, in which words, and how is its answer read?"""
