"""What does sliceline cost? The eight columns to depth three, on the errors of the last week."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["theirs"]

NAMES = [f"s{place}" for place in range(8)]


def theirs(folder: Path) -> Callable[[], object]:
    """Find the ten worst slices by the share of traces that did not complete."""
    import pandas as pd  # noqa: PLC0415 - there in the peer's environment
    from sliceline.slicefinder import Slicefinder  # type: ignore[import-not-found]  # noqa: PLC0415

    frame = pd.read_parquet(folder / "traces.parquet")
    columns, errors = frame[NAMES], (~frame["completed"]).astype(float).to_numpy()
    least = max(len(frame) // 100, 1)
    return lambda: Slicefinder(alpha=0.95, k=10, max_l=3, min_sup=least, verbose=False).fit(
        columns, errors
    )
