"""Which steps does the agent take in each trace, which of them fail, and what ends it early?"""

from dataclasses import dataclass, replace

import numpy as np

from agentlens.sources.demo.columns import Flags, Floats, Ints
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.traffic import Traffic
from agentlens.sources.demo.story.window import Window

__all__ = [
    "AGENT",
    "ANSWER",
    "CHAIN",
    "EMBED",
    "FIRST",
    "GUARD_IN",
    "GUARD_OUT",
    "PLACES",
    "PLAN",
    "RETRIEVE",
    "SECOND",
    "Steps",
    "break_refunds",
    "walk",
]

AGENT, GUARD_IN, RETRIEVE, EMBED, PLAN, CHAIN, FIRST, _, SECOND, _, ANSWER, GUARD_OUT = range(12)
"""The places of a trace, in the order of time; a tool's retry follows it."""
PLACES = 12

_RETRIEVAL_SHARE = np.array([0.15, 0.50, 0.95, 0.95, 0.40, 0.70])
_USUAL_FAILURE, _FAILURE_AGAIN, _SCHEMA_FAILURE = 0.02, 0.25, 0.20
_RETRY, _GIVE_UP = 0.85, 0.30
_OPEN_SHARE = 0.002
_REFUSAL, _MODEL_ERROR, _CROWDED, _LEAVES = 0.003, 0.004, 0.004, 0.02
_OVERCHARGE_REFUSED = 0.6
SCHEMA_MESSAGE, REFUND_MESSAGE = 3, 4
_SEARCH_ORDERS, _ISSUE_REFUND = 0, 2


@dataclass(frozen=True)
class Steps:
    """By trace and place: taken, failed, with which message; by trace: tools and early end."""

    taken: Flags
    failed: Flags
    message: Ints
    tools: Ints
    stop: Ints

    def lost(self, place: int) -> Flags:
        """Return whether the tool at this place failed for good."""
        alive = self.taken[:, place + 1] & ~self.failed[:, place + 1]
        given_up: Flags = self.failed[:, place] & ~alive
        return given_up

    def calls_of(self, tool: int) -> Flags:
        """Return, by trace and place, whether this tool is called."""
        calls = np.zeros_like(self.taken)
        for number, place in enumerate((FIRST, SECOND)):
            calls[:, place : place + 2] = (self.tools[:, number] == tool)[:, None]
        return calls & self.taken

    @property
    def schema_errors(self) -> Ints:
        """How many calls of each trace met the new message of the upstream service."""
        met: Ints = np.sum(self.failed & (self.message == SCHEMA_MESSAGE), axis=1)
        return met


def walk(traffic: Traffic, window: Window, seeds: np.random.SeedSequence) -> Steps:
    """Return the steps of every trace."""
    rng = np.random.default_rng(seeds)
    rows = len(traffic)
    draw, luck = rng.random((rows, PLACES)), rng.random((rows, PLACES))
    ending = rng.random((rows, 5))
    message = rng.integers(0, 3, (rows, PLACES))
    taken = np.ones((rows, PLACES), dtype=bool)
    failed = np.zeros((rows, PLACES), dtype=bool)
    tools = shop.TASK_TOOLS[traffic.task]
    schema = window.during("schema_error", traffic.start)
    taken[:, RETRIEVE] = draw[:, RETRIEVE] < _RETRIEVAL_SHARE[traffic.task]
    taken[:, EMBED] = taken[:, RETRIEVE]
    for number, place in enumerate((FIRST, SECOND)):
        changed = schema & (tools[:, number] == _SEARCH_ORDERS)
        first = np.where(changed, _SCHEMA_FAILURE, _USUAL_FAILURE)
        again = np.where(changed, _SCHEMA_FAILURE, _FAILURE_AGAIN)
        taken[:, place] = draw[:, place] < shop.TASK_TOOL_SHARE[traffic.task, number]
        failed[:, place] = taken[:, place] & (luck[:, place] < first)
        taken[:, place + 1] = failed[:, place] & (draw[:, place + 1] < _RETRY)
        failed[:, place + 1] = taken[:, place + 1] & (luck[:, place + 1] < again)
        message[:, place : place + 2] = np.where(
            changed[:, None], SCHEMA_MESSAGE, message[:, place : place + 2]
        )

    taken[:, CHAIN] = taken[:, FIRST] | taken[:, SECOND]
    steps = Steps(taken, failed, message, tools, np.zeros(rows, dtype=np.int64))
    gives_up = ending[:, 0] < _GIVE_UP
    steps = _stop(steps, steps.lost(SECOND) & gives_up, "tool_failure", ANSWER)
    steps = _stop(steps, steps.lost(FIRST) & gives_up, "tool_failure", SECOND)
    steps = _stop(steps, ending[:, 1] < _REFUSAL, "refusal", ANSWER + 1)
    steps = _stop(steps, ending[:, 2] < _MODEL_ERROR, "model_error", ANSWER + 1)
    crowded = _CROWDED * np.clip(1 + traffic.load, 0.2, 2)
    steps = _stop(steps, ending[:, 3] < crowded, "rate_limit", PLAN + 1)
    leaves = (ending[:, 4] < _LEAVES) & (traffic.following < 0)
    steps = _stop(steps, leaves & (steps.stop == 0), "left", ANSWER)
    return _with_open(steps, ending[:, 4])


def break_refunds(steps: Steps, hit: Flags, seeds: np.random.SeedSequence) -> Steps:
    """Return the steps in which each trace hit asks for a refund of a hundred times too much."""
    rng = np.random.default_rng(seeds)
    refused = hit & (rng.random(len(hit)) < _OVERCHARGE_REFUSED)
    taken, failed = steps.taken.copy(), steps.failed.copy()
    message, tools = steps.message.copy(), steps.tools.copy()
    taken[hit, CHAIN] = taken[hit, SECOND] = True
    tools[hit, 1] = _ISSUE_REFUND
    taken[hit, SECOND + 1] = refused[hit]
    failed[hit, SECOND] = failed[hit, SECOND + 1] = refused[hit]
    message[hit, SECOND : SECOND + 2] = REFUND_MESSAGE
    return replace(steps, taken=taken, failed=failed, message=message, tools=tools)


def _stop(steps: Steps, where: Flags, reason: str, place: int) -> Steps:
    """Return the steps with nothing from `place` on, the last step before it failing if llm."""
    taken, failed, stop = steps.taken.copy(), steps.failed.copy(), steps.stop.copy()
    taken[where, place:] = False
    if place - 1 in {PLAN, ANSWER}:
        # A reason found later happens earlier in the trace or instead of the one before.
        taken[where, place - 1] = True
        failed[where, place - 1] = True
    failed &= taken
    stop[where] = shop.STOPS.index(reason)
    return replace(steps, taken=taken, failed=failed, stop=stop)


def _with_open(steps: Steps, draw: Floats) -> Steps:
    """Return the steps with a few of the very last traces still running."""
    rows = len(steps.stop)
    number = round(_OPEN_SHARE * rows)
    last = np.arange(max(0, rows - 2 * number), rows)
    chosen = np.zeros(rows, dtype=bool)
    chosen[last[np.argsort(draw[last], kind="stable")[:number]]] = True
    taken, failed, stop = steps.taken.copy(), steps.failed.copy(), steps.stop.copy()
    taken[chosen, CHAIN:] = False
    taken[chosen, PLAN] = True
    failed[chosen] = False
    stop[chosen] = shop.STOPS.index("open")
    return replace(steps, taken=taken, failed=failed, stop=stop)
