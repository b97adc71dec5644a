"""What does Evidently's drift report cost? Its preset, every column a number."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["theirs"]


def theirs(folder: Path) -> Callable[[], object]:
    """Compare the columns, and give the report as a dictionary."""
    import pandas as pd  # noqa: PLC0415 - there in the peer's environment
    from evidently import DataDefinition, Dataset, Report  # type: ignore[import-not-found]  # noqa: PLC0415
    from evidently.presets import DataDriftPreset  # type: ignore[import-not-found]  # noqa: PLC0415

    before, after = (pd.read_parquet(folder / f"{one}.parquet") for one in ("before", "after"))
    known = DataDefinition(numerical_columns=list(before.columns))

    def compare() -> object:
        new, old = (Dataset.from_pandas(one, data_definition=known) for one in (after, before))
        return Report([DataDriftPreset()]).run(new, old).dict()

    return compare
