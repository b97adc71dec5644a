"""How often has somebody looked whether this judge passes yet?"""

from pathlib import Path
from time import time

from agentlens.scoring.store.file import opened_store

__all__ = ["look_again", "look_at_one"]


def look_again(store: Path | None, rubric: str, judge: str, what: str, n: int) -> int:
    """Return the number of this look at a growing set of labels, and write it down.

    The same labels looked at again are no new look; without a store nothing is counted.

    Args:
        store: the judges' store.
        rubric: its hash, or name and version.
        judge: its id.
        what: the question: what is asked of the judge.
        n: labels.
    """
    if store is None:
        return 1
    with opened_store(store) as held, held.transaction() as writing:
        known = [
            int(row[0])
            for row in writing.execute(
                "select n from look where rubric_hash = ? and judge_id = ? and what = ?"
                " group by n order by min(seq)",
                (rubric, judge, what),
            )
        ]
        if n not in known:
            writing.execute(
                "insert into look (rubric_hash, judge_id, what, n, at) values (?, ?, ?, ?, ?)",
                (rubric, judge, what, n, time()),
            )
            known.append(n)
    return known.index(n) + 1


def look_at_one(store: Path, rubric: str, judge: str, of: str, one: str, n: int) -> int:
    """Return how many looks at the same labels there were, this one among them, and write it down.

    Whoever chooses among several looks has chosen on what was looked at. So two thresholds are two
    looks, while the same one looked at again is none.

    Args:
        store: the judges' store.
        rubric: its hash, or name and version.
        judge: its id.
        of: what is looked at, such as "threshold on test".
        one: which of several, such as the threshold.
        n: labels.
    """
    family, what = f"{of}: ", f"{of}: {one}"
    with opened_store(store) as held, held.transaction() as writing:
        known = [
            (str(row[0]), int(row[1]))
            for row in writing.execute(
                "select what, n from look where rubric_hash = ? and judge_id = ?"
                " and substr(what, 1, ?) = ? group by what, n order by min(seq)",
                (rubric, judge, len(family), family),
            )
        ]
        if (what, n) not in known:
            writing.execute(
                "insert into look (rubric_hash, judge_id, what, n, at) values (?, ?, ?, ?, ?)",
                (rubric, judge, what, n, time()),
            )
            known.append((what, n))
    return len(known)
