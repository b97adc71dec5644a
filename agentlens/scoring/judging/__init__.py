"""How are traces judged, each at most once, within a budget?"""
