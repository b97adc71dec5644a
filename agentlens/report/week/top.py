"""What must a reader know who has ten seconds?"""

from agentlens import text
from agentlens.analysis.changes.changes import Changes
from agentlens.analysis.failures.growth.emerging import Emerging
from agentlens.report.week.answers import Answers
from agentlens.report.week.refusal import Refusal
from agentlens.result import Fact

__all__ = ["highlights", "lead"]

_TOLD = (
    "strong_completion",
    "error_rate",
    "latency_p95",
    "cost_per_success",
    "escalation",
    "tool_success",
)
_MOST = 4
_CALLED = "worse"


def lead(answers: Answers) -> str:
    """Return the week in at most three sentences: what changed, what was promised, what is new.

    Args:
        answers: to all that the week was asked.
    """
    found = []
    if not isinstance(answers.changes, Refusal):
        found.append(_changed(answers.changes))
    if answers.promises is not None and not isinstance(answers.promises, Refusal):
        found.append(answers.promises.headline)
    if not isinstance(answers.emerging, Refusal) and answers.emerging.band == "act":
        found.append(_emerged(answers.emerging))
    return " ".join(text.capital(one) for one in found if one)


def highlights(answers: Answers, size: int, before: int) -> dict[str, Fact]:
    """Return five numbers of the week by name, each with its interval and what it was before.

    Args:
        answers: to all that the week was asked.
        size: how many traces the week has.
        before: how many there were in the time that it is compared with.
    """
    told = {f"traces, {_was(text.count(before))}": Fact(value=text.count(size))}
    if isinstance(answers.changes, Refusal):
        return told
    rows = {row["metric"]: row for row in answers.changes.frame.to_dict("records")}
    for name in [one for one in _TOLD if one in rows][:_MOST]:
        row = rows[name]
        told[f"{row['title']}, {_was(text.number(row['before'], row['unit']))}"] = Fact(
            value=row["now"], unit=row["unit"], low=row["now_low"], high=row["now_high"]
        )
    return told


def _changed(changes: Changes) -> str:
    """Return what changed most, and how many metrics are worse; the whole headline if none is."""
    signals, n = changes.signals(), len(changes.frame)
    if not signals:
        return changes.headline
    worse = int((changes.frame["verdict"] == _CALLED).sum())
    are = "is" if worse == 1 else "are"
    return f"{text.listed(one.what for one in signals)}; {worse} of {n} metrics {are} surely worse."


def _emerged(emerging: Emerging) -> str:
    """Return how many failures may never happen, are new or grew."""
    counts = emerging.frame["change"].value_counts()
    never, new, grew = (int(counts.get(one, 0)) for one in ("never", "new", "grew"))
    said = []
    if never:
        n = int(emerging.frame.loc[emerging.frame["change"] == "never", "n_current"].sum())
        said.append(f"{text.plural(n, 'trace')} did what may never happen")
    if new:
        said.append(f"{text.plural(new, 'failure')} {'is' if new == 1 else 'are'} new")
    if grew:
        said.append(f"{grew} grew")
    return f"{text.listed(said)}."


def _was(before: str) -> str:
    return f"was {before}"
