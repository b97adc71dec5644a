"""Why does a run end before everything is judged?"""

from dataclasses import dataclass
from typing import Literal

from agentlens import text

__all__ = ["Stop", "Why", "sentence"]

Why = Literal["budget", "calls", "refused", "waiting", "rejected", "silent", "interrupted"]


@dataclass(frozen=True)
class Stop:
    """What ended a run, and what was said about it."""

    why: Why
    detail: str = ""


def sentence(stop: Stop, spent: float, limit: float | None, done: int, wanted: int) -> str:
    """Return why a run stopped, how far it came, and what to do.

    Args:
        stop: what ended it.
        spent: at most, in USD.
        limit: its budget, where it had one.
        done: questions that it settled.
        wanted: questions that it was to settle.

    >>> sentence(Stop("budget"), 1.99, 2.0, 411, 792)
    'Stopped at $1.99 of $2.00: 411 of 792 judged, the rest is unsent. Run again with a larger budget; nothing is paid twice.'
    """
    far = f"{done:,} of {wanted:,} judged"
    rest = f"{far}, the rest is unsent."
    begun = {
        "budget": f"Stopped at {_usd(spent)} of {_usd(limit or 0.0)}: {rest}",
        "calls": f"Stopped at max_calls: {rest}",
        "interrupted": f"Interrupted: {rest}",
        "waiting": f"Stopped, {stop.detail}: {rest}",
        "refused": f"Stopped by a refusal ({stop.detail}): {rest}",
        "rejected": f"Stopped, since the first requests were all refused ({stop.detail}): {rest}",
        "silent": f"Stopped, since the first requests got no answer ({stop.detail}): {far}.",
    }
    return f"{begun[stop.why]} {_ADVICE[stop.why]}"


def _usd(value: float) -> str:
    return f"${value:,.2f}" if value >= 1 or value == 0 else text.number(value, "USD")


_ADVICE: dict[Why, str] = {
    "budget": "Run again with a larger budget; nothing is paid twice.",
    "calls": "Run again to go on; nothing is paid twice.",
    "interrupted": "Run again to go on; nothing is paid twice.",
    "waiting": "Run again later; nothing is paid twice.",
    "refused": "Run again once that is settled; nothing is paid twice.",
    "rejected": "Look at model, effort and rubric, and run again once they are right.",
    "silent": "They may have been billed. See that the address can be reached, then run again.",
}
