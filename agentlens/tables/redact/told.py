"""What does a load report say of what was hidden?"""

from collections.abc import Iterator

from agentlens.tables.problems import Problem
from agentlens.tables.redact.frames import Redacted

__all__ = ["told_of"]

_SKIPPED = ("report",)


def told_of(done: Redacted) -> Iterator[Problem]:
    """Yield a line for each field in which something was found, and one on the key.

    Args:
        done: what was hidden.
    """
    found = done.audit[~done.audit["table"].isin(_SKIPPED)]
    for (table, field), rows in found.groupby(["table", "field"], sort=False):
        hits = rows.groupby("rule")["hits"].sum()
        n = int(rows["rows"].sum())
        told = ", ".join(f"{count:,} {rule}" for rule, count in hits.items())
        yield Problem(
            action="repaired",
            n=n,
            table=str(table),
            field=str(field),
            share=n / max(len(done.frames[str(table)]), 1),
            detail=f"patterns found and hidden: {told}",
        )
    if len(found) and done.key is not None and done.key.sentence:
        yield Problem(action="noted", n=0, detail=done.key.sentence)
