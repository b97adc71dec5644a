"""What does wise-pizza cost? The eight columns to depth three, the last week against those before."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["theirs"]

NAMES = [f"s{place}" for place in range(8)]


def theirs(folder: Path) -> Callable[[], object]:
    """Explain the change of the total of completed traces."""
    import pandas as pd  # noqa: PLC0415 - there in the peer's environment
    import wise_pizza  # type: ignore[import-not-found]  # noqa: PLC0415

    frame = pd.read_parquet(folder / "traces.parquet")
    late = frame["start"] >= frame["start"].max() - pd.Timedelta("7D")
    told = frame.assign(total=frame["completed"].astype(float), size=1.0)[[*NAMES, "total", "size"]]
    before, after = (one.groupby(NAMES, as_index=False).sum() for one in (told[~late], told[late]))

    def explain() -> object:
        return wise_pizza.explain_changes_in_totals(
            before, after, dims=NAMES, total_name="total", size_name="size", max_depth=3,
            min_segments=5, verbose=0,
        )  # fmt: skip

    return explain
