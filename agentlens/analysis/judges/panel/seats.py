"""What did each member of a panel say, and what do people say of it?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.evidence.gather import gathered, usable
from agentlens.analysis.judges.asking import name_of, verdicts_or_none
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.sampling.draw import lots
from agentlens.stats.agreement.paired import Apart, bonett_price
from agentlens.stats.agreement.panel import Together, error_correlation, majority, minority_veto
from agentlens.stats.arrays import Flags, Ints
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log

__all__ = ["ABSENT", "FEWEST", "MAJORITY", "VETO", "WANTED", "Seats", "seats_of"]

FEWEST = 50
MAJORITY, VETO = "majority", "any objection"
_FEWEST_TEST = 20
ABSENT, WANTED = "has no verdict here.", f", and {_FEWEST_TEST} are needed."
_DEV = 0.4


@dataclass(frozen=True, eq=False)
class Seats:
    """A panel in numbers.

    Attributes:
        frame: agreement with people of each judge, of the majority and of the veto.
        together: the correlation of the errors of each two.
        errors: the same, its mean, and the judges it is worth.
        labels: how many were used, and of them for measuring.
        best: the judge chosen on the dev labels; "" where there are too few.
        gain: agreement of the majority less that of the best; None where labels are too few.
        notes: what was left out.
    """

    frame: pd.DataFrame
    together: pd.DataFrame
    errors: Together
    labels: tuple[int, int]
    best: str
    gain: Apart | None
    notes: tuple[str, ...]


def seats_of(log: Log, rubric: Rubric | str, judges: Sequence[Judge | str], level: float) -> Seats:
    """Return the panel on the traces about which all of them were asked.

    Args:
        log: with all verdicts and labels.
        rubric: what was asked.
        judges: the members.
        level: how often an interval must hold the truth.
    """
    names = [_named(one, judges) for one in judges]
    found = [verdicts_or_none(log, rubric, one) for one in judges]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        absent = [name for name, one in zip(names, found, strict=True) if one is None]
        return _nothing(names, tuple(f"{name} {ABSENT}" for name in absent))
    rows = gathered(log, known[0], labels_of(log, rubric), "all")
    labelled = rows.labelled[usable(rows.labelled, "all")].reset_index(drop=True)
    said = _verdicts(log, known, labelled)
    asked = (said > -2).all(axis=0)  # noqa: PLR2004 - not asked
    labelled = labelled.iloc[np.flatnonzero(asked)].reset_index(drop=True)
    said = said[:, asked]
    if len(labelled) < FEWEST:
        return _nothing(names, rows.notes, len(labelled))
    verdicts = dict(zip(names, (said >= 0).sum(axis=1).tolist(), strict=True))
    silent = [f"{name} gave a verdict on {n} of {len(labelled)} labelled traces{WANTED}"
              for name, n in verdicts.items() if n < _FEWEST_TEST]  # fmt: skip
    if silent:
        return _nothing(names, (*silent, *rows.notes), len(labelled))
    y = labelled["y"].to_numpy(np.int64)
    test, note = _test(labelled)
    everyone = np.vstack([said, majority(said)[None], minority_veto(said)[None]])
    right = everyone == y
    uniform = (labelled["stage"] == "uniform").to_numpy()
    weight = (labelled["g"] / labelled["p"].fillna(1.0)).to_numpy(np.float64)
    frame = pd.DataFrame(
        [
            {"judge": name, **_agreement(right[place], weight, test, level), **_said(row[test])}
            for place, (name, row) in enumerate(
                zip([*names, MAJORITY, VETO], everyone, strict=True)
            )
        ]
    )
    best, gain = "", None
    if (~test).sum() >= _FEWEST_TEST:
        place = int(np.argmax((right[: len(names)] * weight)[:, ~test].sum(axis=1)))
        best = names[place]
        gain = _gain(right[len(names)], right[place], test & uniform, level)
    errors = error_correlation(said != y)
    together = pd.DataFrame(errors.pairs, index=names, columns=names)
    sizes = (len(labelled), int(test.sum()))
    return Seats(frame, together, errors, sizes, best, gain, (*rows.notes, *note))


def _named(judge: Judge | str, judges: Sequence[Judge | str]) -> str:
    short = [one.short if isinstance(one, Judge) else one for one in judges]
    name = judge.short if isinstance(judge, Judge) else judge
    return name_of(judge, whole=True) if short.count(name) > 1 else name


def _verdicts(log: Log, known: Sequence[Verdicts], labelled: pd.DataFrame) -> Ints:
    """Return what each said of each labelled trace; -2 where it was not asked."""
    positions = pd.Index(log.traces["trace_id"]).get_indexer(labelled["trace_id"])
    spans = labelled["span"].to_numpy(object)
    rows = []
    for one in known:
        place = one.of(np.asarray(positions, np.int64), spans)
        rows.append(np.where(place >= 0, one.verdict[place], -2))
    return np.array(rows, dtype=np.int64)


def _test(labelled: pd.DataFrame) -> tuple[Flags, tuple[str, ...]]:
    """Return which labels measure; where nobody split them, sessions are split by their hash."""
    split = labelled["split"]
    if (split == "dev").any() and (split == "test").any():
        return (split != "dev").to_numpy(dtype=bool), ()
    first = labelled.groupby("cluster")["trace_id"].transform("min").astype("str")
    test = lots(first, "panel") >= np.uint64(_DEV * 2**64)
    note = "No dev split: 40% of the users, by hash, chose the best judge and the others measured."
    return np.asarray(test, dtype=bool), (note,)


def _agreement(right: Flags, weight: np.ndarray, test: Flags, level: float) -> dict[str, float]:
    w, mine = weight[test], right[test]
    total = float(w.sum())
    n = total**2 / float((w**2).sum()) if total else 0.0
    value = float(w @ mine) / total if total else float("nan")
    low, high = wilson(np.array([value * n]), np.array([n]), level)
    return {"value": value, "low": float(low[0]), "high": float(high[0]), "n": int(test.sum())}


def _said(verdict: Ints) -> dict[str, float]:
    return {
        "passed": float((verdict == 1).mean()) if verdict.size else float("nan"),
        "without": int((verdict < 0).sum()),
    }


def _gain(panel: Flags, single: Flags, rows: Flags, level: float) -> Apart | None:
    if rows.sum() < _FEWEST_TEST:
        return None
    only = int((panel & ~single)[rows].sum()), int((single & ~panel)[rows].sum())
    return bonett_price(*only, int(rows.sum()), level)


def _nothing(names: Sequence[str], notes: tuple[str, ...], n: int = 0) -> Seats:
    frame = pd.DataFrame({"judge": [*names, MAJORITY, VETO]})
    for name in ("value", "low", "high", "passed"):
        frame[name] = np.nan
    frame = frame.assign(n=0, without=0)
    together = pd.DataFrame(np.nan, index=list(names), columns=list(names))
    nothing = Together(together.to_numpy(), np.nan, np.nan)
    return Seats(frame, together, nothing, (n, 0), "", None, notes)
