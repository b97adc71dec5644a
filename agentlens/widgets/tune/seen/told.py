"""What is the view told of a question, of a setting, and of what was found there?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agentlens.analysis.control.chart import ControlChart
from agentlens.html import cell
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.text import count, listed
from agentlens.widgets.live.rows import told
from agentlens.widgets.tune.asked.code import Piece, literal, option
from agentlens.widgets.tune.asked.question import Question
from agentlens.widgets.tune.engines.find import too_many
from agentlens.widgets.tune.knobs import Knob
from agentlens.widgets.tune.seen.look import Look
from agentlens.widgets.tune.seen.pins import Pin

if TYPE_CHECKING:
    from agentlens.widgets.tune.seen.ready import Ready

__all__ = ["card", "heard", "pin", "whole", "wire"]

_MOST = 120


def whole(
    question: Question,
    look: Look,
    first: Look,
    *,
    ready: "Ready",
    pins: tuple[Pin, ...],
    parts: list[Piece],
) -> dict[str, Any]:
    """Return all that a view shows but the figures.

    Args:
        question: what is asked.
        look: what is known where the knobs stand.
        first: what is known where they stood at first.
        ready: what the views can recompute.
        pins: the settings put aside.
        parts: of the cell that needs no knobs.
    """
    knobs = {name: ready.marked(one) for name, one in question.knobs.items()}
    return {
        "name": look.result.title,
        "alt": look.result.headline,
        "knobs": [_knob(one, question) for one in knobs.values()],
        "fixed": _fixed(question),
        "caption": f"{_caption(knobs)} {too_many(look.result)}".rstrip(),
        "start": wire(question, question.start),
        "card": card(look, question, table=True),
        "first": card(first, question, table=False),
        "code": _coded(parts),
        "grid": list(ready.parts) if ready.filled else None,
        "pins": [pin(one, question) for one in pins],
    }


def wire(question: Question, values: Mapping[str, object]) -> dict[str, Any]:
    """Return values as they travel: a choice as its place among the options."""
    return {name: _sent(question.knobs[name], value) for name, value in values.items()}


def heard(question: Question, values: Mapping[str, Any]) -> dict[str, object]:
    """Return values as the view sent them, each held against its knob."""
    found: dict[str, object] = {}
    for name, one in question.knobs.items():
        value = values.get(name)
        if one.kind == "choice" and isinstance(value, int) and 0 <= value < len(one.options):
            value = one.options[value][1]
        found[name] = one.taken(value)
    return found


def card(look: Look, question: Question, *, table: bool) -> dict[str, Any]:
    """Return the card of a setting, with its rows only if they are asked for: they are many."""
    result = look.result
    said = {
        "values": wire(question, look.setting),
        "band": result.band,
        "headline": result.headline,
        "signals": len(result.signals()),
        "facts": _facts(result),
        "more": [[name, str(fact)] for name, fact in look.more.items()],
        "caveats": list(result.caveats),
        "solved": _solved(result, question),
    }
    if table:
        said["table"] = told(result.to_frame(), result.title)
    return said


def pin(one: Pin, question: Question) -> dict[str, Any]:
    """Return a pinned setting as a row of the comparison."""
    return {
        "values": wire(question, one.setting),
        "band": one.result.band,
        "signals": len(one.result.signals()),
        "facts": [[name, str(fact)] for name, fact in one.facts.items()],
    }


def _knob(one: Knob, question: Question) -> dict[str, Any]:
    """Return a knob as the view builds it."""
    ranged = one.kind == "range"
    return {
        "name": one.name,
        "kind": one.kind,
        "low": one.low,
        "high": one.high,
        "step": one.step,
        "digits": one.digits if ranged else 0,
        "positions": one.positions if ranged else 0,
        "integer": one.integer,
        "options": [[label, _plain(value)] for label, value in one.options],
        "codes": [literal(v) or option(question, one.name, v) for _, v in one.options],
        "unit": one.unit,
        "engine": one.engine,
        "calls": not question.of_verb(one.name),
        "about": one.about,
    }


def _fixed(question: Question) -> list[list[str]]:
    """Return what cannot be turned, by name, in words."""
    return [[name, _words(value)] for name, value in question.beside().items()]


def _caption(knobs: Mapping[str, Knob]) -> str:
    """Return who recomputes what."""
    by: dict[str, list[str]] = {}
    for name, one in knobs.items():
        by.setdefault(one.engine, []).append(name)
    words = {
        "formula": "Recomputed in the browser",
        "grid": "In the browser, at the steps that Python computed beforehand",
        "kernel": "Asked from Python",
    }
    said = [f"{words[one]}: {listed(by[one], most=99)}." for one in words if one in by]
    return " ".join(said)


def _coded(parts: list[Piece]) -> list[Any]:
    """Return the pieces of the cell."""
    return [part if isinstance(part, str) else dict(part) for part in parts]


def _solved(result: Result, question: Question) -> dict[str, float]:
    """Return, for the knobs that the verb may set itself, where it set them."""
    if "width" not in question.knobs or not isinstance(result, ControlChart):
        return {}
    design = result.design
    return {} if design is None else {"width": float(np.mean([design.upper, design.lower]))}


def _facts(result: Result) -> list[list[str]]:
    return [[name, str(fact)] for name, fact in result.facts().items()]


def _sent(one: Knob, value: object) -> object:
    if one.kind != "choice":
        return value
    return next(place for place, (_, held) in enumerate(one.options) if held is value)


def _plain(value: object) -> object:
    """Return a value that an engine may compute with; any other is only a label there."""
    return value if isinstance(value, str | bool | int | float) else None


def _words(value: object) -> str:
    if isinstance(value, Log):
        return f"{count(len(value.traces))} traces"
    if isinstance(value, pd.DataFrame):
        return f"a frame of {count(len(value))} rows"
    if isinstance(value, float):
        return f"{value:g}"
    named = getattr(value, "name", None)
    said = named if isinstance(named, str) else cell(value) if value is not None else "not set"
    return said if len(said) <= _MOST else f"{said[: _MOST - 1]}…"
