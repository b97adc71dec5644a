"""Which scores are there, who gives them, and are they verdicts or numbers? When did values begin?"""

import pandas as pd

__all__ = ["first_seen", "score_kinds"]


def score_kinds(scores: pd.DataFrame) -> pd.DataFrame:
    """Return name, source, and whether every value is 0 or 1, a row for each score and source.

    >>> rows = {"name": ["a", "b"], "source": ["judge", "user"], "value": [1.0, 0.7]}
    >>> score_kinds(pd.DataFrame(rows))["passes"].tolist()
    [True, False]
    """
    sources = scores["source"] if "source" in scores else pd.Series("api", index=scores.index)
    pairs = pd.DataFrame({"name": scores["name"].astype(str), "source": sources.astype(str)})
    found = pairs.drop_duplicates().reset_index(drop=True)
    if "value" not in scores:
        return found.assign(passes=True)
    graded = scores["value"].notna() & ~scores["value"].isin([0.0, 1.0])
    others = pairs[graded].drop_duplicates().assign(passes=False)
    joined = found.merge(others, how="left", on=["name", "source"])
    return found.assign(passes=joined["passes"].isna())


def first_seen(rows: pd.DataFrame, column: str, time: str) -> pd.Series:
    """Return when each value of a column was first seen, in that order.

    Args:
        rows: of any table.
        column: whose values are meant.
        time: the column that says when.
    """
    first: pd.Series = rows.dropna(subset=[column]).groupby(column, observed=True)[time].min()
    return first.sort_values(kind="stable")
