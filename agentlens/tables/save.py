"""How is a log written, so that reading it gives the same log back?"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from agentlens.errors import BadInputError

__all__ = ["ENDINGS", "save_log"]

ENDINGS = (".parquet", ".jsonl.gz", ".jsonl", ".csv.gz", ".csv")


def save_log(tables: Mapping[str, pd.DataFrame], path: str | Path) -> list[Path]:
    """Write each table to `<stem>.<table><ending>` and return the files, whole or not at all.

    Args:
        tables: name to frame.
        path: where to; its ending names the format.
    """
    target = Path(path)
    ending = next((one for one in ENDINGS if target.name.endswith(one)), None)
    if ending is None:
        message = f"save({str(path)!r}): the name must end in {', '.join(ENDINGS)}."
        raise BadInputError(message)
    stem = target.name[: -len(ending)]
    target.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in tables.items():
        file = target.with_name(f"{stem}.{name}{ending}")
        part = file.with_name(f".{file.name}.part")
        _write(frame, part, ending)
        part.replace(file)
        written.append(file)
    return written


def _write(frame: pd.DataFrame, file: Path, ending: str) -> None:
    if ending == ".parquet":
        frame.to_parquet(file, index=False, compression="zstd")
        return
    packed = "gzip" if ending.endswith(".gz") else None
    if ending.startswith(".jsonl"):
        frame.to_json(
            file,
            orient="records",
            lines=True,
            date_format="iso",
            date_unit="us",
            force_ascii=False,
            double_precision=15,
            compression=packed,
        )
    else:
        frame.to_csv(file, index=False, compression=packed, date_format="%Y-%m-%dT%H:%M:%S.%fZ")
