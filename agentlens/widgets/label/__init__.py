"""How does a person label traces in a notebook, blind, by keyboard, and without losing a key?"""
