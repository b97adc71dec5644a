"""Which traces go into a queue of labels, and what will the labels tell?"""
