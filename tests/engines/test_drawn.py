"""Does a log that is too large to be looked at answer from a draw, rightly weighted, and say so?"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pandas as pd
import pytest

from agentlens.analysis.changes.changes import changes
from agentlens.analysis.compare.compare import compare
from agentlens.analysis.drift.drift import drift
from agentlens.analysis.explain.explanation import explain
from agentlens.analysis.failures.failures import failures
from agentlens.analysis.failures.growth.emerging import emerging
from agentlens.analysis.investigate.investigate import investigate
from agentlens.analysis.slices.find import find_slices
from agentlens.analysis.slices.slices import slices
from agentlens.analysis.slos.check import check_slos
from agentlens.analysis.slos.slo import SLO
from agentlens.errors import BadInputError
from agentlens.report.weekly import weekly
from agentlens.result import Result
from agentlens.tables.log import Log
from tests.engines.test_log import Watched, here

MOST = 2000
SINCE, BETWEEN, END = "2026-10-29", "2026-11-12", "2026-11-16"
PERIODS: dict[str, Any] = {"current": (BETWEEN, END), "baseline": (SINCE, BETWEEN)}
PROMISES = [
    SLO("errors", "error_rate", 0.02, window="18D"),
    SLO("tools", "tool_success", 0.9, window="18D"),
]
VERBS: dict[str, Callable[[Log], Result]] = {
    "an explanation": lambda log: explain(log, "strong_completion", **PERIODS),
    "an explained count": lambda log: explain(log, "traffic", **PERIODS),
    "an explanation of steps": lambda log: explain(log, "tool_success", **PERIODS),
    "drift": lambda log: drift(log, **PERIODS),
    "a comparison": lambda log: compare(log, ["error_rate", "latency_p50"], **PERIODS),
    "found slices": lambda log: find_slices(log, "error_rate", **PERIODS),
    "emerging failures": lambda log: emerging(log, **PERIODS),
    "changes": lambda log: changes(
        log,
        ["error_rate", "latency_p50"],
        current=PERIODS["current"],
        baseline=PERIODS["baseline"],
        weeks=3,
    ),
    "ranges of a number": lambda log: slices(log, "error_rate", "query_chars", **PERIODS),
}
OF_ALL: dict[str, Callable[[Log], Result]] = {
    "failures": failures,
    "an investigation": lambda log: investigate(log, "strong_completion"),
    "promises": lambda log: check_slos(log, PROMISES, at=END),
}


def by_digest(log: Log, most: int) -> Log:
    """Return the draw as its definition says it, made without an engine."""
    share = most / len(log)
    ids = log.traces["trace_id"]
    digits = ids.map(lambda one: sha256(f"agentlens:{one}".encode()).hexdigest())
    taken = digits.map(lambda one: int(one[:16], 16) / 2**64) < share
    kept = {name: getattr(log, name) for name in ("traces", "spans", "scores")}
    kept = {n: one[one["trace_id"].isin(ids[taken])] for n, one in kept.items()}
    kept["traces"] = kept["traces"].assign(inclusion_p=share, sampled_by="sample")
    return Log(**{name: one.reset_index(drop=True) for name, one in kept.items()})


def same_but_for_the_draw(theirs: Result, mine: Result) -> None:
    """Hold that two answers are one, and that theirs says that it is of a draw."""
    assert theirs.headline == mine.headline
    pd.testing.assert_frame_equal(theirs.frame, mine.frame, check_dtype=False, rtol=1e-9)
    assert [one.trace_ids for one in theirs.signals()] == [one.trace_ids for one in mine.signals()]
    said = [one for one in theirs.caveats if one.startswith("Told from")]
    assert len(said) == 1
    assert [one for one in theirs.caveats if one not in said] == [*mine.caveats]


@pytest.mark.parametrize("verb", [*VERBS])
def test_a_verb_answers_of_its_periods_as_it_does_of_the_draw_in_memory(verb: str) -> None:
    whole = here()
    part = whole.between(SINCE, END)
    watched = Watched(whole, most=MOST)
    theirs = VERBS[verb](watched.log)
    same_but_for_the_draw(theirs, VERBS[verb](by_digest(part, MOST)))
    said = next(one for one in theirs.caveats if one.startswith("Told from"))
    assert f"of {len(part):,} traces" in said
    assert max(watched.rows) < 12 * MOST  # steps, of which a trace has eight


@pytest.mark.parametrize("verb", [*OF_ALL])
def test_a_verb_answers_of_a_whole_log_as_it_does_of_the_draw_in_memory(verb: str) -> None:
    log = here().last("18D")
    same_but_for_the_draw(
        OF_ALL[verb](Watched(log, most=MOST).log), OF_ALL[verb](by_digest(log, MOST))
    )


def test_what_fits_is_looked_at_whole_and_nothing_is_said_of_a_draw() -> None:
    log = Watched(here(), most=len(here())).log
    assert log.at_hand() is log
    assert not log.drawn
    assert not [one for one in drift(log, **PERIODS).caveats if "Told from" in one]


def test_releases_are_compared_from_a_draw_of_the_time_in_which_they_ran() -> None:
    whole = here()
    exact = compare(whole, ["error_rate"], by="release")
    found = compare(Watched(whole, most=MOST).log, ["error_rate"], by="release")
    assert found.title == exact.title
    lines = found.frame.iloc[0], exact.frame.iloc[0]
    assert lines[0]["low"] < lines[1]["difference"] < lines[0]["high"]
    assert lines[0]["n"] + lines[0]["n_baseline"] == pytest.approx(MOST, rel=0.15)


def test_a_draw_speaks_for_all_within_its_intervals() -> None:
    parts = explain(Watched(here(), most=MOST).log, "traffic", **PERIODS).totals
    exact = explain(here(), "traffic", **PERIODS).totals
    drawn, true = parts.loc["change"], exact.loc["change"]
    assert drawn["low"] < true["value"] < drawn["high"]


def test_a_changed_copy_of_a_part_or_of_a_draw_is_a_log_like_any_other() -> None:
    part, drawn = here().last("18D"), Watched(here(), most=MOST).log.at_hand()
    for log in (part, drawn, drawn.last("18D")):
        copy = replace(log, scores=log.scores)
        assert explain(copy, "error_rate").headline == explain(log, "error_rate").headline
    assert drawn.last("18D").drawn == drawn.drawn != ()


def test_pairs_are_not_drawn_apart() -> None:
    with pytest.raises(BadInputError, match=f"more than the {MOST:,}"):
        compare(Watched(here(), most=MOST).log, ["error_rate"], pair="input", **PERIODS)


def test_a_week_too_large_to_be_looked_at_is_reported_from_a_draw() -> None:
    log = here().last("21D")
    report = weekly(Watched(log, most=MOST).log)
    assert any("Told from" in note for note in report.notes)
    told = [
        item for head in ("What changed most", "Drift", "Charts") for item in report[head].items
    ]
    assert len([one for one in told if isinstance(one, Result)]) >= 3
    assert not [one for one in told if "more than the" in str(one)]
    assert "Among the traces drawn: " in str(report["Labels and cases"].items[0])
    assert "traces drawn this week" in "".join(map(str, report["How well we judge"].items))
