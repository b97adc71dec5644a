"""What follows about a trace's outcome from its status, its output and its steps?"""

import re

import numpy as np
import pandas as pd

from agentlens.sources.signals.filling import Derivation, held, held_as
from agentlens.sources.signals.mapping.evidence import Evidence
from agentlens.stats.arrays import Flags, Floats

__all__ = ["abandonment", "completion", "escalation", "safety"]

_EMPTY = r"\s*(?:null|\{\s*\}|\[\s*\]|\"\s*\")?\s*"
_EMPTY_LENGTHS = (2, 4)
_HANDED = re.compile(
    r"escalat|hand_?off|hand_?over|transfer_?to_?(?:human|agent)|human_?agent", re.IGNORECASE
)
_GAPS = re.compile(r"[-\s.]")
_TRANSFER = "gen_ai.transfer"
_TARGET = r"gen_ai\.transfer\.target\.name\"\s*:\s*\"([^\"]*)\""
_REFUSED = r"\"(?:[\w.]*\.)?(?:passed|allowed)\"\s*:\s*(?:false|0|\"(?:false|no|0)\")"
_OBJECTS = ("status", "level", "passed", "metadata", "output")
_LEFT_AFTER = pd.Timedelta("30min")


def completion(evidence: Evidence) -> Derivation:
    """Return weak completion: it is not running any more, and something came out."""
    output = _column(evidence, "output")
    known = output.notna().to_numpy()
    chars = _numbers(evidence, "output_chars")
    came = np.full(evidence.n, np.nan)
    if known.any():
        blank = output.str.fullmatch(_EMPTY, na=True).to_numpy(dtype=bool)
        came = np.where(blank, 0.0, 1.0)
        rule = "it is not open and its output is not empty"
    if not np.isnan(chars).all():
        # The text was left out on purpose; how long it was is known. Of two and four characters it
        # may have been {} or null.
        told = np.where(np.isin(chars, _EMPTY_LENGTHS), np.nan, 1.0)
        came = np.where(known, came, np.where(np.isnan(chars), 0.0, told))
        rule = "it is not open and something came out"
    if np.isnan(came).all():
        status = _column(evidence, "status")
        ended = {"ok": 1.0, "error": 0.0}
        came = status.map(ended).to_numpy(dtype=np.float64)
        rule = "outputs were not read; its root ended without an error"
    values = held(np.where(evidence.open, np.nan, came), held_as("completed"))
    return Derivation(values, rule, why="neither outputs nor statuses are there")


def escalation(evidence: Evidence) -> Derivation:
    """Return where a tool or a transfer hands over to a person, by its name."""
    spans = evidence.spans
    if not len(spans) or "name" not in spans:
        return _nothing(evidence, "escalated", "there are no steps to look at")
    rows = np.bincount(spans["row"][_handing(spans)], minlength=evidence.n) > 0
    values = held(np.where(rows, 1.0, np.nan), held_as("escalated"))
    rule = "a tool or a transfer is named like a handover (low confidence)"
    heard = evidence.stepped & ~evidence.open if rows.any() else None
    return Derivation(values, rule, doubtful=True, heard=heard)


def safety(evidence: Evidence) -> Derivation:
    """Return where a guardrail objected, and where one had nothing to object to."""
    spans = evidence.spans
    kind = spans.get("kind", pd.Series(index=spans.index, dtype="str"))
    rows = (kind == "guardrail").to_numpy(dtype=bool, na_value=False)
    names = [name for name in ("row", *_OBJECTS) if name in spans]
    guards = pd.DataFrame({name: spans[name][rows] for name in names})
    if not len(guards):
        return _nothing(evidence, "safety_flagged", "there is no guardrail among the steps")
    objected = _objected(guards)
    flagged = np.bincount(guards["row"], weights=objected, minlength=evidence.n) > 0
    looked = np.bincount(guards["row"], minlength=evidence.n) > 0
    values = held(np.where(flagged, 1.0, np.where(looked, 0.0, np.nan)), held_as("safety_flagged"))
    heard = evidence.stepped & ~evidence.open if flagged.any() else None
    return Derivation(values, "a guardrail objected, or looked and did not", heard=heard)


def abandonment(evidence: Evidence, completed: pd.Series, now: pd.Timestamp) -> Derivation:
    """Return where the user left before an answer, or the client cancelled.

    Args:
        evidence: the tables.
        completed: weak completion, as it stands in the end.
        now: the source's clock.
    """
    traces = evidence.traces
    done = completed.to_numpy(dtype=np.float64, na_value=np.nan)
    failed = (_column(evidence, "status") == "error").to_numpy(dtype=bool, na_value=False)
    cancelled = _column(evidence, "error_type") == "cancelled"
    seen = traces["end"].fillna(traces["start"]) if "end" in traces else traces["start"]
    old = (seen + _LEFT_AFTER <= now).to_numpy(dtype=bool, na_value=False)
    left = np.where(done == 1.0, 0.0, np.where(np.isnan(done), np.nan, np.where(old, 1.0, np.nan)))
    left = np.where(failed | ~_last(traces), 0.0, left)
    left = np.where(cancelled.to_numpy(dtype=bool, na_value=False), 1.0, left)
    values = held(np.where(evidence.open, np.nan, left), held_as("abandoned"))
    rule = "the session ends without an answer and without an error, or the client cancelled"
    return Derivation(values, f"{rule} (low confidence)", doubtful=True)


def _column(evidence: Evidence, name: str) -> pd.Series:
    if name in evidence.traces:
        return evidence.traces[name].astype("str")
    return pd.Series(np.nan, index=range(evidence.n), dtype="str")


def _numbers(evidence: Evidence, name: str) -> Floats:
    if name not in evidence.traces:
        return np.full(evidence.n, np.nan)
    return evidence.traces[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _nothing(evidence: Evidence, column: str, why: str) -> Derivation:
    return Derivation(held(np.full(evidence.n, np.nan), held_as(column)), "", why=why)


def _handing(spans: pd.DataFrame) -> Flags:
    """Return which steps hand over, each distinct name looked at once."""
    kind = spans.get("kind", pd.Series(index=spans.index, dtype="str"))
    eligible = (kind == "tool").to_numpy(dtype=bool, na_value=False)
    codes, names = pd.factorize(spans["name"])
    named = np.array([bool(_HANDED.search(_GAPS.sub("_", str(one)))) for one in names] + [False])
    found = named[codes]
    if "metadata" in spans:
        said = spans["metadata"].astype("str")
        moved = said.str.contains(_TRANSFER, regex=False, na=False).to_numpy(dtype=bool)
        eligible = eligible | moved
        target = said[moved].str.extract(_TARGET)[0].str.replace(r"[-\s.]", "_", regex=True)
        found[moved] |= target.str.contains(_HANDED, na=False).to_numpy(dtype=bool)
    return np.asarray(eligible & found, dtype=bool)


def _objected(guards: pd.DataFrame) -> Floats:
    """Return which guardrails objected: by their status, their level or their verdict."""
    objected = np.zeros(len(guards), dtype=bool)
    if "status" in guards:
        objected |= (guards["status"] == "error").to_numpy(dtype=bool, na_value=False)
    if "level" in guards:
        level = guards["level"].astype("str").str.upper()
        objected |= level.isin(["WARNING", "ERROR"]).to_numpy(dtype=bool)
    if "passed" in guards:
        passed = guards["passed"].astype("boolean")
        objected |= (~passed).to_numpy(dtype=bool, na_value=False)
    for name in ("metadata", "output"):
        if name in guards:
            text = guards[name].astype("str")
            objected |= text.str.contains(_REFUSED, na=False).to_numpy(dtype=bool)
    return objected.astype(np.float64)


def _last(traces: pd.DataFrame) -> Flags:
    """Return which traces are the last of their session; one without a session stands alone."""
    if "session_id" not in traces:
        return np.ones(len(traces), dtype=bool)
    order = traces[["session_id", "start", "trace_id"]].sort_values(["start", "trace_id"])
    last = ~order["session_id"].duplicated(keep="last") | order["session_id"].isna()
    return last.reindex(traces.index).to_numpy(dtype=bool)
