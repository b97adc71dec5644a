"""What does judgy's interval cost? On the labels and verdicts that ours had."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

__all__ = ["few", "theirs"]

MANY, FEW = 20_000, 4_000


def theirs(folder: Path) -> Callable[[], object]:
    """Correct the rate with the draws that it makes by default."""
    return _with(folder, MANY)


def few(folder: Path) -> Callable[[], object]:
    """Correct the rate with as many draws as ours."""
    return _with(folder, FEW)


def _with(folder: Path, draws: int) -> Callable[[], object]:
    import numpy as np  # noqa: PLC0415 - there in the peer's environment
    from judgy import estimate_success_rate  # type: ignore[import-not-found]  # noqa: PLC0415

    told = json.loads((folder / "judged.json").read_text())
    given = [np.array(told[name]) for name in ("people", "judge", "rest")]
    return partial(estimate_success_rate, *given, bootstrap_iterations=draws)
