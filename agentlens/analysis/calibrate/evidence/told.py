"""What does the card of a calibration say?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.described import Rate, parted, say
from agentlens.result import Fact, Signal
from agentlens.stats.corrected.poststrat import point
from agentlens.theme import Band

__all__ = ["band", "caveats", "disagreements", "facts", "headline", "signals"]

_MOST = 500
_WORDS = {
    "agreement": "agreement",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "ppv": "people pass what it passes",
    "false_omission": "people pass what it fails",
}
_APART = 1.1


def band(basis: Basis) -> Band:
    """Return pass where the whole interval of agreement reaches the target, act where none does."""
    if basis.refusal:
        return "unknown"
    if basis.expired:
        return "watch"
    rate, target = basis.described.rates["agreement"], basis.question.target
    if rate.low >= target:
        return "pass"
    return "act" if rate.high < target else "watch"


def headline(basis: Basis) -> str:
    """Return the answer in one sentence."""
    if basis.refusal:
        return basis.refusal
    if basis.expired:
        return basis.expired
    rates = basis.described.rates
    rate = rates["agreement"]
    who = basis.judge or "The judge"
    errors = [f"{name} {_short(rates[name])}" for name in ("sensitivity", "specificity")]
    return (
        f"{text.capital(who)} agrees with {basis.people_are} on {_short(rate)} of {basis.rubric}, target"
        f" {text.share(basis.question.target, 1)} ({text.plural(rate.n, 'label')};"
        f" {', '.join(errors)})."
    )


def facts(basis: Basis) -> dict[str, Fact]:
    """Return the numbers of the card, by name."""
    evidence = basis.evidence
    about = {
        "judge": Fact(value=basis.judge or "unnamed"),
        "rubric": Fact(value=basis.rubric),
        "judged traces": Fact(value=float(len(basis.judged))),
        "labels": Fact(value=_labels(basis)),
        "reference": Fact(value=_reference(basis.labelled)),
    }
    if evidence.verdict.size:
        n = evidence.verdict.size
        about["coverage"] = Fact(value=evidence.coverage, unit="share", n=n)
    if basis.refusal:
        return about
    described, cells = basis.described, evidence.cells
    found = {_WORDS[name]: say(rate) for name, rate in described.rates.items()}
    for name, (value, low, high) in described.beyond.items():
        missing = np.isnan(value)
        found[name] = Fact(value="undefined") if missing else Fact(value=value, low=low, high=high)
    n = evidence.verdict.size
    found["judge passes"] = Fact(value=evidence.judge_rate, unit="share", n=n)
    if evidence.whole:
        found["people would pass"] = Fact(value=point(cells), unit="share", n=evidence.n)
    if cells.label_effect > _APART:
        found["design effect"] = Fact(value=cells.label_effect)
    ids = Fact(value=text.listed(basis.judge_ids) or "not recorded")
    return found | about | basis.people.facts | {"judge id": ids}


def caveats(basis: Basis) -> tuple[str, ...]:
    """Return what a careful reader has to know."""
    said = [*basis.notes, *basis.people.notes]
    if len(basis.judge_ids) > 1:
        said.append(
            f"Verdicts come from {len(basis.judge_ids)} judges ({text.listed(basis.judge_ids)}):"
            " calibrate each on its own."
        )
    none = basis.judged["status"][basis.judged["verdict"] < 0]
    if len(none):
        kinds = none.value_counts().sort_index()
        listed = text.listed([f"{name} {n:,}" for name, n in kinds.items()])
        said.append(
            f"{len(none):,} of {text.plural(len(basis.judged), 'trace')} have no verdict"
            f" ({listed}); rates of the judge are of those that have one."
        )
    if basis.people_are != "people":
        said.append(
            f"The labels are of {basis.people_are}: where a card says people, it means that."
        )
    if basis.refusal:
        return tuple(said)
    said.append(_design(basis))
    evidence, rates = basis.evidence, basis.described.rates
    if not rates["specificity"].n:
        said.append("Nobody failed among the labels: specificity is unknown, not 1.")
    human = (evidence.passed @ evidence.label_weight) / evidence.label_weight.sum()
    (kappa, *_), (ac1, *_) = basis.described.beyond["kappa"], basis.described.beyond["AC1"]
    share = point(evidence.cells) if evidence.whole else float(human)
    said += [line] if (line := parted(rates, kappa, ac1, share)) else []
    said += _ceiling(basis)
    effect = evidence.cells.label_effect
    if effect > _APART:
        n = text.significant(evidence.n / effect, 3)
        said.append(f"Labels share sessions: {evidence.n} of them are worth {n}.")
    return tuple(said)


def disagreements(basis: Basis) -> tuple[str, ...]:
    """Return labelled traces on which judge and people differ, what the judge let pass first."""
    rows = basis.labelled
    wrong = rows[(rows["verdict"] >= 0) & rows["y"].notna() & (rows["y"] != rows["verdict"])]
    first = wrong.sort_values(["verdict", "trace_id"], ascending=[False, True], kind="stable")
    return tuple(first["trace_id"].astype(str).drop_duplicates().head(_MOST))


def signals(basis: Basis) -> tuple[Signal, ...]:
    """Return that the judge agrees too rarely, where that is proved."""
    if band(basis) != "act":
        return ()
    rate = basis.described.rates["agreement"]
    return (
        Signal(
            what=f"{basis.judge or 'the judge'} and people differ on {basis.rubric}",
            start=basis.start,
            end=basis.stop,
            value=rate.value,
            expected=basis.question.target,
            n=rate.n,
            trace_ids=disagreements(basis),
        ),
    )


def _short(rate: Rate) -> str:
    """Return a rate with its interval, or what there is of it."""
    if not rate.known:
        return str(say(rate))
    ends = text.interval(rate.low, rate.high, "share", n=rate.n)
    return f"{text.share(rate.value, rate.n)} {ends}"


def _labels(basis: Basis) -> str:
    split = "" if basis.question.split == "all" else f"{basis.question.split} "
    how = f" ({text.listed(basis.drawn)})" if basis.drawn else ""
    return f"{basis.evidence.passed.size:,} {split}of {len(basis.labelled):,}{how}"


def _reference(labelled: pd.DataFrame) -> str:
    kinds = labelled["reference"].replace("", "not recorded").drop_duplicates()
    return text.listed(sorted(kinds.tolist())) or "no labels"


def _design(basis: Basis) -> str:
    drawn = text.listed(basis.drawn)
    window = f"{basis.start:%Y-%m-%d} to {basis.stop:%Y-%m-%d}"
    if not basis.evidence.whole:
        return f"The labels' whole window is not in this log: counts of {drawn} labels alone, {window}."
    return (
        f"Labels were drawn {drawn}; intervals hold {text.share(basis.question.level, 1)}, use all"
        f" verdicts of {window} and undo the plan."
    )


def _ceiling(basis: Basis) -> list[str]:
    ceiling = basis.people.ceiling
    if ceiling is None or isinstance(ceiling.value, str):
        return []
    if ceiling.value >= basis.question.target:
        return []
    said = (
        f"Two people agree on {text.share(ceiling.value, ceiling.n)} only: the target of"
        f" {text.share(basis.question.target, 1)} lies above what people reach."
    )
    return [said]
