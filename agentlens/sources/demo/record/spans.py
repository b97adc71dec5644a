"""How do the steps of all traces become the rows of the spans table?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.sources.demo.columns import (
    Flags,
    Ints,
    constant,
    counts,
    fill,
    hexes,
    table_frame,
    times,
    words,
)
from agentlens.sources.demo.record import phrases
from agentlens.sources.demo.record.texts import Texts
from agentlens.sources.demo.record.usage import Usage
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.steps import (
    AGENT,
    ANSWER,
    CHAIN,
    EMBED,
    FIRST,
    PLACES,
    PLAN,
    RETRIEVE,
    SECOND,
)
from agentlens.sources.demo.story.tell import Story
from agentlens.sources.demo.story.window import PROMPT_VERSIONS
from agentlens.tables.schema import SPANS

__all__ = ["COUNTED", "NAME", "TOOL_PLACES", "spans_table"]

NAME = "shop_support"
_NAMES = (
    NAME,
    "input_guard",
    "help_articles",
    "embed_query",
    "plan",
    "use_tools",
    *[""] * 4,  # a tool goes by its own name
    "answer",
    "output_guard",
    *shop.TOOLS,
)
_KINDS = ("agent", "guardrail", "retrieval", "embedding", "llm", "chain", "tool")
_KIND = np.array([0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 4, 1])
_PARENT = np.array([-1, 0, 0, RETRIEVE, 0, 0, CHAIN, CHAIN, CHAIN, CHAIN, 0, 0])
COUNTED = np.isin(_KIND, [1, 2, 3, 4, 6])
"""Which places are steps; agent and chain only wrap others."""
TOOL_PLACES = slice(FIRST, ANSWER)
# What the root and the answer report, by the reason for which the trace stopped.
_STOP_MESSAGE = np.array([-1, 5, 6, 7, 9, 8, -1, -1])
_RATE_LIMIT = 5
_OVERCHARGED = len(phrases.CALLS)


@dataclass(frozen=True)
class _Rows:
    """One entry a span: its trace, its place, its tool or -1, whether and how it failed."""

    trace: Ints
    place: Ints
    tool: Ints
    failed: Flags
    message: Ints
    running: Flags


def spans_table(
    story: Story,
    texts: Texts,
    usage: Usage,
    trace_id: pd.Series,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return one row a step, trace by trace, parents before their children."""
    rows = _rows(story)
    trace, place = rows.trace, rows.place
    number = len(trace)
    slots = {name: slot.take(trace).reset_index(drop=True) for name, slot in texts.slots.items()}
    span_id = hexes(rng, number, 16)
    start = story.clock.start[trace, place]
    end = story.clock.end[trace, place]
    known = usage.known[trace, place]
    llm = np.isin(place, [PLAN, ANSWER])
    first = story.clock.first_token[trace, (place == ANSWER).astype(np.int64)]
    release = story.window.release_at(story.traffic.start)[trace]
    model = np.where(llm, story.traffic.model[trace], np.where(place == EMBED, 2, -1))
    columns = {
        "span_id": span_id,
        "trace_id": trace_id.take(trace).reset_index(drop=True),
        "parent_id": _parents(story.steps.taken, rows, span_id),
        "kind": words(_KINDS, _KIND[place]),
        "name": words(_NAMES, np.where(rows.tool >= 0, PLACES + rows.tool, place)),
        "start": times(start),
        "end": times(end, ~rows.running),
        "latency_s": pd.Series((end - start) / 1e6).where(~rows.running),
        "status": words(["ok", "error"], np.where(rows.running, -1, rows.failed)),
        "error_type": words(phrases.ERROR_TYPES, rows.message),
        "error_message": fill(phrases.ERRORS, rows.message, slots),
        "model": words(shop.MODELS, model),
        "prompt_name": words(["support"], np.where(llm, 0, -1)),
        "prompt_version": words(PROMPT_VERSIONS, np.where(llm, release, -1)),
        "input_tokens": counts(usage.read[trace, place], known),
        "output_tokens": counts(usage.written[trace, place], known),
        "cached_tokens": counts(usage.cached[trace, place], known),
        "cost_usd": pd.Series(usage.cost[trace, place]).where(known),
        "ttft_s": pd.Series(first).where(llm & ~rows.failed),
    }
    return table_frame(SPANS, columns | _payloads(story, texts, rows, slots), number)


def _rows(story: Story) -> _Rows:
    steps = story.steps
    trace, place = (found.astype(np.int64) for found in np.nonzero(steps.taken))
    tool = np.where(
        (place >= FIRST) & (place < ANSWER),
        steps.tools[trace, (place >= SECOND).astype(np.int64)],
        -1,
    )
    stop = _STOP_MESSAGE[steps.stop]
    failed = steps.failed.copy()
    failed[:, AGENT] = stop >= 0
    message = steps.message.copy()
    message[:, AGENT] = message[:, ANSWER] = stop
    message[:, PLAN] = _RATE_LIMIT
    running = story.outcomes.running[trace] & (place == AGENT)
    broken = failed[trace, place]
    told = np.where(broken, message[trace, place], -1)
    return _Rows(trace, place, tool, broken, told, running)


def _parents(taken: Flags, rows: _Rows, span_id: pd.Series) -> pd.Series:
    number = np.full(taken.shape, -1)
    number[taken] = np.arange(len(rows.trace))
    place = _PARENT[rows.place]
    parent = np.where(place >= 0, number[rows.trace, place], -1)
    return pd.Series(span_id.array.take(parent, allow_fill=True))


def _payloads(
    story: Story, texts: Texts, rows: _Rows, slots: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """Return inputs and outputs: the root's are the trace's, the tools have their arguments."""
    root = rows.place == AGENT
    wrong = story.quality.spoilt[rows.trace] & (rows.place >= SECOND)
    call = np.where(wrong & (rows.tool >= 0), _OVERCHARGED, rows.tool)
    called = fill([*phrases.CALLS, phrases.OVERCHARGED_CALL], call, slots)
    result = fill(phrases.RESULTS, np.where(rows.failed, -1, rows.tool), slots)
    asked = texts.asked.take(rows.trace).reset_index(drop=True)
    answered = texts.answered.take(rows.trace).reset_index(drop=True)
    wanted = np.isin(rows.place, [AGENT, RETRIEVE, EMBED])
    found = constant("3 articles", len(root)).where(rows.place == RETRIEVE, result)
    return {"input": called.where(~wanted, asked), "output": found.where(~root, answered)}
