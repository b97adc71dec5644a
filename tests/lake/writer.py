"""A process that writes to a lake, commit by commit, and says the number of each.

python tests/lake/writer.py <folder> <first> <commits>
"""

import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2]))

from agentlens.lake.store.compact import compact
from agentlens.lake.store.history import Store
from agentlens.lake.store.upsert import upsert
from tests.lake.worlds import assembled, spans_of


def main(folder: str, first: int, commits: int) -> None:
    """Write spans of which every second one changes a trace that is there."""
    store = Store(Path(folder))
    for at in range(commits):
        place = (first + at) % 50
        spans = spans_of(10, first=6 * place, cost=float(first + at))
        edited = spans["updated_at"] + pd.Timedelta(first + at, "min")
        done = upsert(store, {"spans": spans.assign(updated_at=edited)}, rebuild=assembled)
        if at % 5 == 4:
            done = compact(store)
        sys.stdout.write(f"{done.n}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
