"""How do property tests draw their cases, with which key are ids hashed, who opens a browser?

By default the same cases every time, so that a run that passed passes again; `--hypothesis-seed`
or the profile "explore" looks for new ones.

Of the rarer kinds of tests, `-m browser`, `-m lab` and `-m simulation` read only the files that
speak of them: to read all takes longer than some tests do.
"""

import gc
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.harness.fixtures import (
    browser,
    lab,
    lab_root,
    open_file,
    open_notebook,
    open_view,
    run_notebook,
    stages,
)

__all__ = [
    "browser",
    "lab",
    "lab_root",
    "open_file",
    "open_notebook",
    "open_view",
    "run_notebook",
    "stages",
]

RARE = ("browser", "lab", "simulation")

os.environ.setdefault("AGENTLENS_REDACT_KEY", "the tests' own key, of no secret")  # not the user's
for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
    os.environ.pop(name, None)  # no test may ever be billed

settings.register_profile("settled", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("settled")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over a file that holds no test of the rare kind that is asked for."""
    wanted = str(config.getoption("markexpr")).split()
    if collection_path.suffix != ".py" or not wanted or wanted[0] not in RARE or "or" in wanted:
        return None
    return None if _speaks_of(collection_path, wanted[0]) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a rare test that a run of its kind would pass over."""
    for item in items:
        lost = [one for one in RARE if item.get_closest_marker(one)]
        if any(not _speaks_of(item.path, one) for one in lost):
            raise pytest.UsageError(f"{item.nodeid}: write the mark as pytest.mark.{lost[0]}")


def pytest_collection_finish() -> None:
    """Take what was collected for good: to look through it for garbage takes time in every test."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let go of it again: libraries complain of what they still find when all ends."""
    gc.unfreeze()


@cache
def _speaks_of(path: Path, mark: str) -> bool:
    """Tell whether a file can hold a test of this mark."""
    return f"pytest.mark.{mark}" in path.read_text(encoding="utf-8")
