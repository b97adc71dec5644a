"""Why does a run end before everything is judged?"""

from dataclasses import dataclass
from typing import Literal

from agentlens import text

__all__ = ["Stop", "Why", "may_cost", "sentence"]

Why = Literal["budget", "calls", "refused", "waiting", "rejected", "silent", "mute", "interrupted"]


@dataclass(frozen=True)
class Stop:
    """What ended a run, and what was said about it."""

    why: Why
    detail: str = ""


def sentence(
    stop: Stop, spent: float, limit: float | None, done: int, wanted: int, pending: int = 0
) -> str:
    """Return why a run stopped, how far it came, and what to do.

    Args:
        stop: what ended it.
        spent: at most, in USD.
        limit: its budget, where it had one.
        done: questions that it settled.
        wanted: questions that it was to settle.
        pending: questions that a batch holds.

    >>> sentence(Stop("budget"), 1.99, 2.0, 411, 792)
    'Stopped at $1.99 of $2.00: 411 of 792 judged, the rest is unsent. Run again with a larger budget; nothing is paid twice.'
    """
    said = stop.detail.rstrip(".")
    far = f"{done:,} of {wanted:,} judged" + (f", {pending:,} in a batch" if pending else "")
    rest = f"{far}, the rest is unsent."
    one = f" {stop.detail}" if stop.why == "budget" and not done + pending else ""
    begun = {
        "budget": f"Stopped at {_usd(spent)} of {_usd(limit or 0.0)}: {rest}{one}",
        "calls": f"Stopped at max_calls: {rest}",
        "interrupted": f"Interrupted: {rest}",
        "waiting": f"Stopped, {said}: {rest}",
        "refused": f"Stopped by a refusal ({said}): {rest}",
        "rejected": f"Stopped, since the first requests were all refused ({said}): {rest}",
        "silent": f"Stopped, since the first requests got no answer ({said}): {far}.",
        "mute": f"Stopped, since none of the first {said} holds a verdict: {rest}",
    }
    return f"{begun[stop.why]} {_ADVICE[stop.why]}"


def may_cost(worst: float | None) -> str:
    """Return what one call may cost, a sentence.

    >>> may_cost(0.0021)
    'One call may cost $0.0021.'
    """
    return f"One call may cost {_usd(worst or 0.0)}."


def _usd(value: float) -> str:
    return f"${value:,.2f}" if value >= 1 or value == 0 else text.number(value, "USD")


_ADVICE: dict[Why, str] = {
    "budget": "Run again with a larger budget; nothing is paid twice.",
    "calls": "Run again to go on; nothing is paid twice.",
    "mute": "Read what it says, JudgeStore(path).answers(), before you pay for more.",
    "interrupted": "Run again to go on; nothing is paid twice.",
    "waiting": "Run again later; nothing is paid twice.",
    "refused": "Run again once that is settled; nothing is paid twice.",
    "rejected": "Look at model, effort and rubric, and run again once they are right.",
    "silent": "They may have been billed. See that the address can be reached, then run again.",
}
