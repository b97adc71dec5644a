"""How do property tests draw their cases?

By default the same cases every time, so that a run that passed passes again; `--hypothesis-seed`
or the profile "explore" looks for new ones.
"""

from hypothesis import settings

settings.register_profile("settled", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("settled")
