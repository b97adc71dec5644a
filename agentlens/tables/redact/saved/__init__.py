"""What is still found in a page, a notebook or a text that was written to be shared?"""
