"""How is told what judging will cost?"""

from math import isnan

import pandas as pd

from agentlens import text
from agentlens.result import Fact
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.money.costs import Costs, Counted
from agentlens.scoring.judging.money.forecast import PILOT, Forecast
from agentlens.scoring.judging.money.wish import Mode
from agentlens.theme import Band

__all__ = ["band", "caveats", "facts", "headline", "priced"]

_WORKERS = 8
_A_DAY = 86_400.0


def band(ahead: Forecast) -> Band:
    """Return unknown where nobody can say what to expect, else pass."""
    return "unknown" if ahead.calls and isnan(ahead.expected) else "pass"


def headline(questions: Asked, ahead: Forecast, costs: Costs) -> str:
    """Return how many calls there are and what they cost, in the form of a bill."""
    frame = questions.frame
    distinct = frame["key"].nunique()
    counts = (
        f"{text.plural(frame['trace_id'].nunique(), 'trace')}, {distinct:,} distinct,"
        f" {distinct - ahead.calls:,} already paid → {text.plural(ahead.calls, 'call')}"
    )
    if not ahead.calls or costs.free:
        return f"{counts}{' · free' if ahead.calls else ''}."
    money = [f"{counts} · expected {text.number(ahead.expected, 'USD')}"]
    if not isnan(ahead.p95):
        money.append(f"p95 {text.number(ahead.p95, 'USD')}")
    money.append(f"at most {text.number(ahead.worst, 'USD')}" if costs.known else "no price")
    if costs.as_of:
        money.append(f"prices of {costs.as_of}")
    return f"{' · '.join(money)}."


def facts(questions: Asked, ahead: Forecast, costs: Costs, tokens: Counted) -> dict[str, Fact]:
    """Return the numbers of a preview."""
    frame = questions.frame
    distinct = int(frame["key"].nunique())
    told = {
        "questions": Fact(value=len(frame)),
        "distinct": Fact(value=distinct),
        "already paid": Fact(value=distinct - ahead.calls),
        "calls": Fact(value=ahead.calls),
    }
    if not ahead.calls:
        return told
    if not questions.judge.local:
        low, high = tokens.mean - tokens.error, tokens.mean + tokens.error
        told["tokens of a prompt"] = Fact(value=tokens.mean, low=low, high=high)
    if not costs.free:
        told["expected"] = Fact(value=ahead.expected, unit="USD")
        told["p95"] = Fact(value=ahead.p95, unit="USD")
        told["at most"] = Fact(value=ahead.worst, unit="USD")
    return told


def priced(ahead: dict[Mode, Forecast], each: float) -> pd.DataFrame:
    """Return a row for each way of sending: calls, USD, and the seconds that it takes."""
    seconds = {"sync": each * ahead["sync"].calls / _WORKERS, "batch": _A_DAY}
    rows = [
        {
            "mode": mode,
            "calls": one.calls,
            "expected_usd": one.expected,
            "p95_usd": one.p95,
            "worst_usd": one.worst,
            "takes_s": seconds[mode],
        }
        for mode, one in ahead.items()
    ]
    return pd.DataFrame(rows)


def caveats(ahead: Forecast, costs: Costs, tokens: Counted) -> list[str]:
    """Return on what a preview rests."""
    if not ahead.calls or costs.judge.local:
        return []
    said = []
    if not tokens.n:
        said.append("Tokens are estimated from characters, ±30 %: this address was not asked.")
    else:
        counted = text.plural(tokens.n, "prompt")
        said.append(f"Tokens were counted on {counted} of {ahead.calls:,}, chosen at random.")
    if not costs.known:
        said.append(
            f"No price is known for {costs.judge.model}: pass prices= with a row for it, or judge"
            " with max_calls=."
        )
    elif isnan(ahead.expected):
        said.append(
            f"How long its answers are is known from {PILOT} of them: judge(…, max_calls={PILOT},"
            " budget_usd=…) pays for a pilot, which is kept."
        )
    else:
        said.append(
            f"Expected and p95 rest on the latest {text.plural(ahead.pilots, 'answer')} of this"
            " judge; a batch takes up to 24 hours."
        )
    return said
