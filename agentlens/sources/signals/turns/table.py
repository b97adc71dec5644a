"""Which turns did users take, in which session, when, and with which words?

A trace that carries the whole conversation so far repeats what earlier traces of its session hold;
that history is no turn of its own. Within a trace, turns are ordered and have no times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.sources.signals.mapping.evidence import Evidence
from agentlens.sources.signals.messages import user_turns
from agentlens.sources.signals.turns.phrases import folded
from agentlens.stats.arrays import Flags, Ints

__all__ = ["Instants", "Turns", "turns_of"]

Instants = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Turns:
    """User turns of the traces that have a session, in order of session and time.

    Attributes:
        row: the position of the trace of each.
        session: a number for each session.
        time: when its trace began.
        answered: when its trace ended; where that is not known, when it began.
        text: the place of its text in `texts`; -1 where it is not known.
        texts: the distinct texts, folded.
    """

    row: Ints
    session: Ints
    time: Instants
    answered: Instants
    text: Ints
    texts: Sequence[str]


def turns_of(evidence: Evidence) -> Turns:
    """Return the user turns of all sessions."""
    traces = evidence.traces
    if "session_id" not in traces:
        traces = traces.assign(session_id=pd.Series(np.nan, index=traces.index, dtype="str"))
    order = ["session_id", "start", "trace_id"]
    held = traces.loc[traces["session_id"].notna(), order].sort_values(order)
    rows = held.index.to_numpy(dtype=np.int64)
    inputs, said = _inputs(evidence, rows)
    per_input, texts = _coded(said)
    owner, place, text = _laid_out(inputs, per_input)
    session = pd.factorize(held["session_id"])[0].astype(np.int64)[owner]
    ends = np.append(owner[1:] != owner[:-1], np.True_) if owner.size else place == 0
    fresh = ends | ~_seen_before(session, text, owner)
    start = _instants(traces["start"])[rows]
    end = _instants(traces["end"])[rows] if "end" in traces else start
    answered = np.where(np.isnat(end), start, end)
    kept = owner[fresh]
    return Turns(rows[kept], session[fresh], start[kept], answered[kept], text[fresh], texts)


def _inputs(evidence: Evidence, rows: Ints) -> tuple[Ints, list[list[str]]]:
    """Return which list of user messages each trace has, and the lists; the last one is empty."""
    if "input" in evidence.traces:
        codes, distinct = pd.factorize(evidence.traces["input"].astype("str"))
    else:
        codes, distinct = np.full(evidence.n, -1), pd.Index([])
    said = [user_turns(str(one)) for one in distinct]
    asked = np.array([*map(bool, said), False])[codes]
    for row, turns in _heard_by_models(evidence, asked).items():
        codes[row] = len(said)
        said.append(turns)
    said.append([])
    return np.where(codes < 0, len(said) - 1, codes)[rows].astype(np.int64), said


def _heard_by_models(evidence: Evidence, asked: Flags) -> dict[int, list[str]]:
    """Return what the models of a trace heard last, by time, where its root has no messages."""
    spans = evidence.spans
    if "input" not in spans or "kind" not in spans or "start" not in spans:
        return {}
    root = (
        spans["parent_id"].isna()
        if "parent_id" in spans
        else pd.Series(data=False, index=spans.index)
    )
    rooted = np.bincount(spans["row"][root & spans["input"].notna()], minlength=evidence.n) > 0
    wanted = ~(rooted & asked)[spans["row"]] & (spans["kind"] == "llm").to_numpy(
        bool, na_value=False
    )
    wanted &= spans["input"].notna().to_numpy()
    codes, distinct = pd.factorize(spans["input"][wanted].astype("str"))
    lasts = np.array([(user_turns(str(one)) or [""])[-1] for one in distinct], dtype=object)
    order = ["row", "start", "span_id"]  # the texts stay where they are: moving them takes longest
    steps = spans.loc[wanted, order].assign(code=codes).sort_values(order)
    found: dict[int, list[str]] = {}
    heard = lasts[steps["code"]] if len(lasts) else ()
    for row, text in zip(steps["row"], heard, strict=True):
        turns = found.setdefault(int(row), [])
        if text and (not turns or turns[-1] != text):
            turns.append(text)
    return {row: turns for row, turns in found.items() if len(turns) > 1 or not asked[row]}


def _coded(said: list[list[str]]) -> tuple[list[list[int]], list[str]]:
    """Return lists of messages as lists of places in the distinct folded texts."""
    places: dict[str, int] = {}
    known: dict[str, int] = {}
    coded = []
    for turns in said:
        for turn in turns:
            if turn not in known:
                known[turn] = places.setdefault(folded(turn), len(places))
        coded.append([known[turn] for turn in turns] or [-1])
    return coded, [*places]


def _laid_out(inputs: Ints, per_input: list[list[int]]) -> tuple[Ints, Ints, Ints]:
    """Return one row a turn: whose it is, the how manieth, and its text."""
    lengths = np.array([len(one) for one in per_input], dtype=np.int64)
    begins = np.cumsum(lengths) - lengths
    flat = np.array([text for one in per_input for text in one], dtype=np.int64)
    counts = lengths[inputs]
    owner = np.repeat(np.arange(inputs.size), counts)
    place = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, place, flat[begins[inputs][owner] + place]


def _seen_before(session: Ints, text: Ints, owner: Ints) -> Flags:
    """Return which turns have words that an earlier trace of their session has."""
    if not owner.size:
        return np.zeros(0, dtype=bool)
    pair = session * (text.max() + 2) + text + 1
    _, first, back = np.unique(pair, return_index=True, return_inverse=True)
    return np.asarray((owner[first][back] < owner) & (text >= 0), dtype=bool)


def _instants(times: pd.Series) -> Instants:
    return times.to_numpy(dtype="datetime64[us]")
