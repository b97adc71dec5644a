"""Which rows stand behind the picture of a calibration?"""

import pandas as pd

from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.gather import usable
from agentlens.scoring.reading.labels import DRAWN

__all__ = ["frame_of"]

_VERDICTS = {1: "pass", 0: "fail", -1: "none"}
_TABLE = ("both pass", "only people pass", "only the judge passes", "both fail")


def frame_of(basis: Basis) -> pd.DataFrame:
    """Return the rates, the table of two verdicts, and every cell by split, one a row."""
    evidence = basis.evidence
    rows: list[dict[str, object]] = []
    if not basis.refusal:
        rows += [
            {"what": "rate", "name": name, "n": rate.n, "k": rate.k}
            | ({"value": rate.value, "low": rate.low, "high": rate.high} if rate.known else {})
            for name, rate in basis.described.rates.items()
        ]
    counts = evidence.quadrant()
    rows += [
        {"what": "table", "name": name, "n": n} for name, n in zip(_TABLE, counts, strict=True)
    ]
    made = pd.DataFrame(rows).assign(split=basis.question.split)
    whole = pd.concat([made, _cells(basis)], ignore_index=True)
    columns = ("what", "name", "split", "tier", "judged", "share", "weight", "n", "k")
    return whole.reindex(columns=[*columns, "value", "low", "high"])


def _cells(basis: Basis) -> pd.DataFrame:
    """Return one row for each cell and split, and one for labels that were picked."""
    cells, kinds = basis.evidence.cells, basis.evidence.kinds
    labelled = basis.labelled
    split = labelled["split"].where(labelled["stage"].isin(DRAWN), "picked")
    rates = usable(labelled, "all") | (split == "picked")
    counted = labelled[rates & labelled["y"].notna()].assign(split=split)
    grouped = counted.groupby(["verdict", "tier", "split"], sort=True)["y"].agg(["size", "sum"])
    found = {key: (int(n), int(k)) for key, n, k in grouped.itertuples(name=None)}
    splits = sorted({*counted["split"]}) or [basis.question.split]
    rows = []
    for place, (verdict, tier) in enumerate(kinds):
        for name in splits:
            n, passed = found.get((verdict, tier, name), (0, 0))
            rows.append(
                {
                    "what": "cell",
                    "name": _VERDICTS[verdict],
                    "split": name,
                    "tier": float(tier),
                    "judged": float((basis.evidence.cell == place).sum()),
                    "share": float(cells.share[place]),
                    "weight": float(cells.weight[place]),
                    "n": n,
                    "k": passed,
                }
            )
    return pd.DataFrame(rows)
