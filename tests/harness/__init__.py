"""How does the project look at itself in a real browser?

`lab` starts a server, `browser` a Chromium and its observed pages; `notebook` and `filepage` are
what a person has open, `plot` a figure in it. `python -m tests.harness.shoot` takes pictures.
"""
