"""Are several judges better than the best of them?"""
