"""Which cell gives the same answer without any knobs?"""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from agentlens.analysis.alerting.policy import Policy
from agentlens.measures.builtin import BUILTIN
from agentlens.measures.metric import Metric
from agentlens.tables.log import Log
from agentlens.widgets.tune.asked.question import POLICY, Question

__all__ = ["literal", "pieces", "written"]

Piece = str | Mapping[str, str]


def literal(value: object) -> str | None:
    """Return a value as Python says it; None for what has no such form.

    >>> literal(3.0), literal("a"), literal(("x", None))
    ('3', '"a"', '("x", None)')
    """
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, Metric):
        return json.dumps(value.name) if BUILTIN.get(value.name) == value else None
    if isinstance(value, str | pd.Timestamp):
        return json.dumps(value if isinstance(value, str) else value.isoformat())
    return _policy(value) if isinstance(value, Policy) else _several(value)


def _several(value: object) -> str | None:
    if isinstance(value, list | tuple):
        parts = [literal(one) for one in value]
        inner = ", ".join(one or "" for one in parts)
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        brackets = "[]" if isinstance(value, list) else "()"
        return None if None in parts else f"{brackets[0]}{inner}{comma}{brackets[1]}"
    return None


def pieces(question: Question) -> list[Piece]:
    """Return the cell in pieces: text, and where a knob's value stands, what leads to it."""
    call, names = _called(question)
    for name, value in (*question.given.items(), *question.fixed.items()):
        if literal(value) is None:
            names.append(_variable(name, value))
    known = [one for one in names if one]
    head = f"# {', '.join(dict.fromkeys(known))}: as given to tune\n" if known else ""
    uses = any(_own(question, name) for name in {**question.given, **question.fixed})
    imports = "from dataclasses import replace\n\n" if uses else ""
    out: list[Piece] = [f"{imports}import agentlens as al\n\n{head}result = {call}("]
    for name, value in question.given.items():
        out += ["\n    ", *_argument(question, name, value), ","]
    out += [f"\n    {literal(value) or '...'}," for value in question.more]
    for name, value in question.fixed.items():
        out += [f"\n    {name}=", *_argument(question, name, value), ","]
    own = [name for name, knob in question.knobs.items() if not knob.of]
    out += [{"knob": name, "lead": f"\n    {name}=", "tail": ","} for name in own]
    out.append("\n)\n")
    calls = _own(question, POLICY)
    if calls and POLICY not in {**question.given, **question.fixed}:
        out += ["policy = al.Policy("]
        out += [{"knob": name, "lead": f"\n    {name}=", "tail": ","} for name in calls]
        out += [
            f"\n    {name}={value}," for name, value in _set(question.policy) if name not in calls
        ]
        out.append("\n)\n")
    out.append("result\n")
    return out


def written(parts: list[Piece], question: Question, values: Mapping[str, object]) -> str:
    """Return the cell with the knobs at these values; what the verb finds itself is left out."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif values[part["knob"]] is not None:
            value = values[part["knob"]]
            said = literal(value) or option(question, part["knob"], value)
            text += f"{part['lead']}{said}{part['tail']}"
    return text


def option(question: Question, name: str, value: object) -> str:
    """Return how a choice without a literal is named: its label, as a word Python could hold."""
    labels = [label for label, one in question.knobs[name].options if one is value]
    return re.sub(r"\W", "_", labels[0]) if labels else "..."


def _called(question: Question) -> tuple[str, list[str]]:
    """Return how the verb is called, and the variable that this needs."""
    verb: Any = question.verb
    holder = getattr(verb, "__self__", None)
    name = getattr(verb, "__name__", "verb")
    if holder is not None and not inspect.ismodule(holder):
        owner = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(holder).__name__).lower()
        return f"{owner}.{name}", [owner]
    import agentlens  # noqa: PLC0415 - it loads this file

    public = getattr(agentlens, name, None) is verb
    return (f"al.{name}", []) if public else (name, [name])


def _argument(question: Question, name: str, value: object) -> list[Piece]:
    """Return an argument; one whose fields are turned is replaced by another with other fields."""
    own = _own(question, name)
    if not own:
        return [literal(value) or _variable(name, value)]
    inner: list[Piece] = [f"replace({literal(value) or _variable(name, value)}"]
    return [*inner, *({"knob": one, "lead": f", {one}=", "tail": ""} for one in own), ")"]


def _own(question: Question, name: str) -> list[str]:
    return [one for one, knob in question.knobs.items() if knob.of == name]


def _variable(name: str, value: object) -> str:
    return "log" if isinstance(value, Log) else name


def _policy(value: Policy) -> str | None:
    inner = [f"{name}={said}" for name, said in _set(value)]
    return f"al.Policy({', '.join(inner)})"


def _set(value: object) -> list[tuple[str, str]]:
    """Return the fields of a value that differ from a fresh one, those that have a literal."""
    fresh = type(value)()
    pairs = [(one.name, getattr(value, one.name)) for one in fields(value)]  # type: ignore[arg-type]
    changed = [(name, one) for name, one in pairs if one != getattr(fresh, name)]
    said = [
        (name, _mapping(one) if isinstance(one, Mapping) else literal(one)) for name, one in changed
    ]
    return [(name, one) for name, one in said if one is not None]


def _mapping(value: Mapping[object, object]) -> str | None:
    parts = [(literal(key), literal(one)) for key, one in value.items()]
    inner = ", ".join(f"{key}: {one}" for key, one in parts)
    return f"{{{inner}}}" if all(None not in pair for pair in parts) else None
