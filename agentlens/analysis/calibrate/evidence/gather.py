"""Which traces were judged and which of them labelled, and what has to be said of that?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.evidence.evidence import Evidence, evidence_of
from agentlens.scoring.reading.labels import DRAWN, Labels
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.tables.log import Log

__all__ = ["Gathered", "gathered", "judged_frame", "of_window", "shared_sessions", "usable"]

_KEPT = (
    "trace_id",
    "span",
    "y",
    "stage",
    "stratum",
    "split",
    "p",
    "order",
    "raters",
    "agreed",
    "reference",
    "time",
)
_SHARED = ("verdict", "tier", "score", "g", "cluster", "session")


@dataclass(frozen=True, eq=False)
class Gathered:
    """The judged traces, the labels among them, the evidence they make, and notes."""

    judged: pd.DataFrame
    labelled: pd.DataFrame
    evidence: Evidence
    notes: tuple[str, ...]


def gathered(log: Log, verdicts: Verdicts, labels: Labels, split: str) -> Gathered:
    """Return what a calibration rests on.

    Args:
        log: the traces.
        verdicts: of one judge by one rubric.
        labels: of people by the same rubric.
        split: "test", "dev" or "all"; labels of no split belong to each.
    """
    judged = judged_frame(log, verdicts)
    frame = labels.frame
    place = verdicts.of(
        frame["position"].to_numpy(dtype=np.int64), frame["span"].to_numpy(dtype=object)
    )
    here = frame.loc[place >= 0, list(_KEPT)].reset_index(drop=True)
    beside = judged.iloc[place[place >= 0]].reset_index(drop=True)
    labelled = here.assign(**{name: beside[name] for name in _SHARED})
    apart = int((place < 0).sum())
    notes = [f"{text.plural(apart, 'label')} of traces without a question to this judge."] * bool(
        apart
    )
    cut = int(verdicts.truncated.sum())
    if cut:
        notes.append(f"The judge saw {text.plural(cut, 'item')} cut in the middle.")
    return Gathered(
        judged,
        labelled,
        of_window(judged, labelled, split),
        (*verdicts.notes, *labels.notes, *notes, *_left_out(labelled, judged, split)),
    )


def judged_frame(log: Log, verdicts: Verdicts) -> pd.DataFrame:
    """Return one row for each trace, or step, that the judge was asked about."""
    rows = log.traces[["trace_id", "start"]].iloc[verdicts.positions].reset_index(drop=True)
    return pd.DataFrame(
        {
            "trace_id": rows["trace_id"],
            "span": verdicts.spans,
            "start": rows["start"],
            "verdict": verdicts.verdict,
            "score": verdicts.score,
            "status": verdicts.status,
            "tier": verdicts.tier,
            "g": verdicts.g,
            "cluster": verdicts.cluster,
            "session": _sessions(log, verdicts),
            "position": verdicts.positions,
        }
    )


def _sessions(log: Log, verdicts: Verdicts) -> "pd.Series | str":
    """Return the session of each, "" where the log does not say."""
    if "session_id" not in log.traces:
        return ""
    rows = log.traces["session_id"].iloc[verdicts.positions]
    return rows.astype("str").fillna("").reset_index(drop=True)


def of_window(judged: pd.DataFrame, labelled: pd.DataFrame, split: str) -> Evidence:
    """Return the evidence for rates: the labels of the split that were drawn, not picked."""
    p = labelled["p"]
    whole = len(labelled) < len(judged) or bool((p.isna() | (p == 1.0)).all())
    return evidence_of(judged, labelled[usable(labelled, split)], whole=whole)


def usable(labelled: pd.DataFrame, split: str) -> pd.Series:
    """Return which labels may enter a rate."""
    in_split = (
        labelled["split"].isin([split, ""]) if split != "all" else labelled["p"].notna() | True
    )
    drawn = labelled["stage"].isin(DRAWN) & (
        (labelled["stage"] != "stratum") | labelled["p"].notna()
    )
    return in_split & drawn & labelled["y"].notna()


def shared_sessions(labelled: pd.DataFrame) -> tuple[str, ...]:
    """Return the sessions of which some labels are in one split and some in another."""
    if "session" not in labelled:
        return ()
    told = labelled[(labelled["split"] != "") & (labelled["session"] != "")]
    splits = told.groupby("session")["split"].nunique()
    return tuple(splits.index[splits > 1].astype(str))


def _left_out(labelled: pd.DataFrame, judged: pd.DataFrame, split: str) -> list[str]:
    notes = []
    picked = int((~labelled["stage"].isin(DRAWN)).sum())
    if picked:
        notes.append(
            f"{text.plural(picked, 'label')} {_were(picked)} picked by hand or imported;"
            f" {'it is' if picked == 1 else 'they are'} not used for rates."
        )
    blank = int(((labelled["stage"] == "stratum") & labelled["p"].isna()).sum())
    if blank:
        notes.append(
            f"{text.plural(blank, 'label')} drawn within strata with unknown probability"
            f" {_were(blank)} not used for rates."
        )
    unsure = int(labelled["y"].isna().sum())
    if unsure:
        notes.append(f"On {text.plural(unsure, 'trace')} people were unsure; they are in no rate.")
    other = int((~labelled["split"].isin([split, ""])).sum()) if split != "all" else 0
    if other:
        notes.append(
            f"{text.plural(other, 'label')} of other splits than {split} {_were(other)} left out."
        )
    shared = len(shared_sessions(labelled))
    if shared:
        notes.append(
            f"{text.plural(shared, 'session')} with labels of two splits: what is chosen on one"
            " looks too good on the other."
        )
    lost = int(judged["g"].isna().sum())
    if lost:
        notes.append(
            f"{text.plural(lost, 'judged trace')} of unknown probability {_were(lost)} in no rate."
        )
    return notes


def _were(n: int) -> str:
    return "was" if n == 1 else "were"
