"""Were only the tools called that the user's wish allows, and with arguments that fit?"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import CUT, steps_of, texts_of
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.scoring.checks.reading.strict import Schema, compiled, parsed
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log
from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.texts.search import search_of

__all__ = ["tools_allowed"]

Allowed = Mapping[str, Collection[str]] | Collection[str]

_OK, _FORBIDDEN, _UNFIT, _UNKNOWN = 0, 1, 2, 3
_SHOWN, _LONGEST = 5, 64


def tools_allowed(
    allowed: Allowed,
    by: str = "task_type",
    *,
    schemas: Mapping[str, Mapping[str, Any]] | None = None,
    name: str = "tools_allowed",
) -> Check:
    """Return the check that a trace called only the tools that are allowed for its intent.

    A trace whose intent the list does not name is not checked, nor is one without a tool call.

    Args:
        allowed: intent to the names of its tools; or names alone, for every intent.
        by: the trace column that holds the intent.
        schemas: tool name to the JSON schema that its arguments must fit.
        name: what its scores are called.

    Example:
        >>> tools_allowed({"product_question": ["search_help"]}).severity
        'never'
    """
    given: object = allowed
    if isinstance(given, str) or not isinstance(given, Collection) or not given:
        message = (
            "allowed is a mapping of intent to tool names, or the names for every intent, such as"
            f" ['search_help'], not {allowed!r}."
        )
        raise BadInputError(message)
    lists = _lists(allowed)
    ready = {tool: compiled(schema) for tool, schema in (schemas or {}).items()}
    everywhere = not isinstance(allowed, Mapping)
    return Check(
        name=name,
        version=1,
        applies="traces with a tool call" + ("" if everywhere else f" and a known {by}"),
        question="Did the trace call only tools that are allowed"
        + ("?" if everywhere else f" for its {by}?"),
        params={
            "allowed": {intent: sorted(tools) for intent, tools in lists.items()},
            "by": None if everywhere else by,
            "schemas": {tool: dict(schema) for tool, schema in (schemas or {}).items()},
        },
        run=lambda log: _run(log, lists, None if everywhere else by, ready),
        severity="never",
        failing="traces call a tool that is not allowed or does not fit",
    )


def _lists(allowed: Allowed) -> dict[str, frozenset[str]]:
    if not isinstance(allowed, Mapping):
        return {"": frozenset(map(str, allowed))}
    for intent, tools in allowed.items():
        if isinstance(tools, str):
            message = f"allowed[{intent!r}] is a list of tool names; write [{tools!r}]."
            raise BadInputError(message)
    return {str(intent): frozenset(map(str, tools)) for intent, tools in allowed.items()}


def _run(
    log: Log, lists: dict[str, frozenset[str]], by: str | None, schemas: dict[str, Schema]
) -> Found:
    if by is not None and by not in log.traces:
        return nothing(len(log), f"this log has no column {by!r}")
    calls = steps_of(log, ("tool",))
    if not len(calls):
        return nothing(len(log), "this log has no tool spans")
    intents = texts_of(log.traces, by) if by else texts_of(pd.DataFrame({"": [""] * len(log)}), "")
    known = np.array([*(one in lists for one in intents.distinct), False])[intents.codes]
    calls = calls[known[calls["row"]]].reset_index(drop=True)
    intent = intents.codes[calls["row"]]
    fault, detail = _faults(calls, intent, intents.distinct, lists, schemas)
    called = np.bincount(steps_of(log, ("tool",))["row"], minlength=len(log)) > 0
    cases = [
        Seen(PASS),
        Seen(NONE, "no tool call"),
        Seen(NONE, f"unknown {by}"),
        Seen(NONE, "arguments not recorded"),
    ]
    codes = np.where(~called, 1, np.where(~known, 2, 0)).astype(np.int64)
    codes[np.unique(calls["row"].to_numpy()[fault == _UNKNOWN])] = 3
    bad = (fault == _FORBIDDEN) | (fault == _UNFIT)
    order = calls.groupby("row", sort=False).cumcount().to_numpy() + 1
    told: dict[int, list[tuple[int, int]]] = {}
    for place in np.flatnonzero(bad).tolist():
        told.setdefault(int(calls["row"].iloc[place]), []).append((place, int(order[place])))
    for row, places in told.items():
        codes[row] = len(cases)
        cases.append(_fault(places, fault, detail))
    return found_of(cases, codes)


def _faults(
    calls: pd.DataFrame,
    intent: Ints,
    intents: list[str],
    lists: dict[str, frozenset[str]],
    schemas: dict[str, Schema],
) -> tuple[Ints, np.ndarray]:
    """Return what is wrong with each call and what to say of it; equal calls are looked at once."""
    tools, given = texts_of(calls, "name"), texts_of(calls, "input")
    checked = np.array([*(one in schemas for one in tools.distinct), False])[tools.codes]
    frame = pd.DataFrame(
        {"intent": intent, "tool": tools.codes, "given": np.where(checked, given.codes, -1)}
    )
    keys, each = np.unique(frame.to_numpy(dtype=np.int64), axis=0, return_inverse=True)
    found = np.zeros(len(keys), dtype=np.int64)
    detail = np.full(len(keys), "", dtype=object)
    shown = {tool: _shown(tool) for tool in tools.distinct}
    for place, (of, tool, text) in enumerate(keys.tolist()):
        called = tools.distinct[tool] if tool >= 0 else ""
        if called not in lists[intents[of]]:
            found[place], detail[place] = _FORBIDDEN, f"{shown.get(called, 'a tool')} not allowed"
        elif called in schemas:
            said = given.distinct[text] if text >= 0 else None
            found[place], told = _fits(said, schemas[called])
            detail[place] = f"{shown[called]} arguments: {told}"
    each = each.reshape(-1)
    return found[each], detail[each]


def _fits(said: str | None, schema: Schema) -> tuple[int, str]:
    if said is None or CUT in said:
        return _UNKNOWN, ""
    read = parsed(said)
    if read.fault:
        return _UNFIT, read.fault
    kind, evidence = schema.faults(read.value)
    return (_UNFIT, evidence) if kind else (_OK, "")


def _shown(tool: str) -> str:
    """Return the name of a tool, unless it is made up of something else."""
    plain = len(tool) <= _LONGEST and tool.replace("-", "_").replace(".", "_").isidentifier()
    return tool if plain and not search_of(Redaction(ids=False)).found(tool) else "a tool"


def _fault(places: list[tuple[int, int]], fault: Ints, detail: np.ndarray) -> Seen:
    kinds = {_FORBIDDEN: "not allowed", _UNFIT: "arguments do not fit"}
    told = [f"call {nth}: {detail[place]}" for place, nth in places[:_SHOWN]]
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    named = dict.fromkeys(kinds[int(fault[place])] for place, _ in places)
    return Seen(FAIL, ", ".join(named), "; ".join(told) + more)
