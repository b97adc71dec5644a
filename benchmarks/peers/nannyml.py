"""What does NannyML's univariate drift cost? Three methods, all rows one chunk each."""

import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["theirs"]

METHODS = ["kolmogorov_smirnov", "wasserstein", "jensen_shannon"]


def theirs(folder: Path) -> Callable[[], object]:
    """Learn the reference and compare the columns."""
    os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
    import nannyml  # type: ignore[import-not-found]  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415 - likewise

    before, after = (
        pd.read_parquet(folder / f"{one}.parquet").reset_index(drop=True)
        for one in ("before", "after")
    )

    def compare() -> object:
        found = nannyml.UnivariateDriftCalculator(
            column_names=list(before.columns), continuous_methods=METHODS, chunk_number=1
        )
        return found.fit(before).calculate(after).to_df()

    return compare
