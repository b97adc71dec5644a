"""Of which parts does a change consist?"""
