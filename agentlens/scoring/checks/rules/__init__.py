"""One rule a file: how is each check of the catalogue made?"""
