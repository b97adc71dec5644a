"""How does a question reach a judge, and its answer the store?"""
