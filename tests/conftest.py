"""How do property tests draw their cases, with which key are ids hashed, who opens a browser?

By default the same cases every time, so that a run that passed passes again; `--hypothesis-seed`
or the profile "explore" looks for new ones.
"""

import os

from hypothesis import settings

from tests.harness.fixtures import (
    browser,
    lab,
    lab_root,
    open_file,
    open_notebook,
    open_view,
    stages,
)

__all__ = ["browser", "lab", "lab_root", "open_file", "open_notebook", "open_view", "stages"]

os.environ.setdefault("AGENTLENS_REDACT_KEY", "the tests' own key, of no secret")  # not the user's
for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
    os.environ.pop(name, None)  # no test may ever be billed

settings.register_profile("settled", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("settled")
