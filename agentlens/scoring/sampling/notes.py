"""What must a reader of a sample know of the draw?"""

import numpy as np

from agentlens import text
from agentlens.scoring.sampling.plan import Plan
from agentlens.scoring.sampling.selection import Selection
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem

__all__ = ["drawn_notes"]

_LEAST_BASE = 0.01


def drawn_notes(log: Log, plan: Plan, selection: Selection) -> list[Problem]:
    """Return what the draw did, one line a matter, for the report of the log."""
    n = int(selection.kept.sum())
    unit = "" if plan.unit == "trace" else f" by whole {plan.unit}s"
    detail = f"{n:,} of {text.plural(len(log), 'trace')} drawn{unit} with salt {plan.salt!r}"
    notes = [_note(n, log, detail)]
    for name, rows in selection.rules.items():
        notes.append(_note(int(rows.sum()), log, _rate(plan, name), field=name))
    if not plan.by and (plan.n is not None or plan.articles):
        notes.append(_note(n, log, "no column to stratify by: all traces are one stratum"))
    notes += _stacked(log, plan, selection)
    notes += _daily(log, plan, selection)
    notes += _uncertain(log, plan, selection)
    return notes


def _rate(plan: Plan, name: str) -> str:
    if name == "fixed number":
        among = f" of each {' × '.join(plan.by)}" if plan.by else ""
        return f"{plan.n:,} drawn at random, in proportion to the size{among}"
    if name == "base":
        return f"every trace at {plan.rate:.3g}"
    if name in plan.tiers or name.startswith("tail:"):
        return "kept for certain"
    if name == "success":
        return f"at 0.1, and at least 20 of each {' × '.join(plan.by) or 'log'}"
    return f"at {plan.boost:.3g}"


def _stacked(log: Log, plan: Plan, selection: Selection) -> list[Problem]:
    before = selection.before
    again, other = "already drawn by the same lots", "already drawn by other lots"
    product = "the probabilities multiply"
    smaller = "the smaller probability counts" if plan.n is None else product
    notes = []
    for rows, how in ((before.same, f"{again}: {smaller}"), (~before.same, f"{other}: {product}")):
        drawn = rows & (before.p < 1.0)
        if drawn.any():
            notes.append(_note(int(drawn.sum()), log, how))
    return notes


def _daily(log: Log, plan: Plan, selection: Selection) -> list[Problem]:
    if plan.per_day is None or not selection.factors:
        return []
    factors = np.array(list(selection.factors.values()))
    least, most = plan.per_day
    notes = []
    if (factors != 1.0).any():
        detail = (
            f"rates were multiplied by {factors.min():.3g} to {factors.max():.3g}, hour by hour,"
            f" so that a day gives {least:,.0f} to {most:,.0f} traces"
        )
        notes.append(_note(int((factors != 1.0).sum()), log, detail, field="per_day", share=False))
    sure = [rows for name, rows in selection.rules.items() if _certain(plan, name)]
    lost = np.logical_or.reduce(sure) & (selection.own_p < 1.0) if sure else np.zeros(1, bool)
    if lost.any():
        detail = (
            f"per_day allows {most:,.0f} traces a day: these were to be kept for certain and are"
            " no longer"
        )
        notes.append(_note(int(lost.sum()), log, detail, field="per_day", warn=True))
    return notes


def _certain(plan: Plan, name: str) -> bool:
    return name in plan.tiers or name.startswith("tail:")


def _uncertain(log: Log, plan: Plan, selection: Selection) -> list[Problem]:
    """Return why some traces, or all, cannot speak for all traffic."""
    notes = []
    unknown = selection.kept & np.isnan(selection.p) & ~np.isnan(selection.before.p)
    if unknown.any():
        these = int(unknown.sum())
        ids = tuple(log.traces["trace_id"][unknown].iloc[:5].astype("str"))
        detail = (
            "kept but unjudged, so of unknown probability and in no rate: judge these"
            f" {these:,} to use them"
        )
        notes.append(_note(these, log, detail, field="tail", warn=True, examples=ids))
    least = float(np.nanmin(selection.own_p, initial=1.0))
    scaled = least < _LEAST_BASE and float(np.nanmax(selection.own_p, initial=0.0)) > least
    if plan.n is None and (plan.rate < _LEAST_BASE or scaled):
        detail = (
            f"the smallest probability is {least:.2g}, below 0.01: traces without a trigger are"
            " too rare here, and no rate for all traffic can be given, only for triggered traces"
        )
        notes.append(
            _note(int((selection.own_p < _LEAST_BASE).sum()), log, detail, field="base", warn=True)
        )
    return notes


def _note(
    n: int,
    log: Log,
    detail: str,
    *,
    field: str = "",
    warn: bool = False,
    share: bool = True,
    examples: tuple[str, ...] = (),
) -> Problem:
    return Problem(
        action="sampled",
        table="traces",
        field=field,
        severity="warn" if warn else "info",
        n=n,
        share=n / max(len(log), 1) if share else float("nan"),
        examples=examples,
        detail=detail,
    )
