"""Is every answer paid for once, whatever goes wrong, and never beyond the budget?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.opening import opened
from agentlens.scoring.judges.reply import Reply, Sender
from agentlens.scoring.judging import running
from agentlens.scoring.judging.sending import sync
from agentlens.scoring.rubrics.reading import read
from agentlens.scoring.store.file import StoreFile, opened_store
from agentlens.scoring.store.sent.claims import Claim, written
from agentlens.scoring.store.sent.runs import Run
from tests.messages import Faults, Messages, Options, trouble
from tests.scoring.judging.worlds import (
    QUICK,
    RUBRIC,
    attempts,
    column,
    lenient,
    log_of,
    run,
    totals_agree,
)

BAD_OUTPUT = {
    "prose": "unparsable",
    "list": "unparsable",
    "offschema": "invalid",
    "empty": "empty",
    "blank": "empty",
    "refusal": "refused",
    "truncated": "truncated",
    "window": "truncated",
}


def retrying(judge: Judge, *, timeout: float) -> Sender:
    """Return a sender whose SDK sends again by itself."""
    sender = opened(judge, timeout=timeout)
    return replace(sender, _client=sender._client.with_options(max_retries=2))  # type: ignore[union-attr]


class Parsing:
    """A sender that loses what it cannot parse, as `messages.parse()` does."""

    def __init__(self, judge: Judge, *, timeout: float) -> None:
        self.sender = opened(judge, timeout=timeout)
        self.host = self.sender.host

    def send(self, body: Mapping[str, object]) -> Reply:
        reply = self.sender.send(body)
        lost = reply.outcome == "paid" and read(RUBRIC, reply.text).status
        return Reply(outcome="unknown", detail="it did not parse") if lost else reply

    def count(self, body: Mapping[str, object]) -> int | None:
        return self.sender.count(body)

    def close(self) -> None:
        self.sender.close()


def claimed_by_all(store: StoreFile, who: Run, key: str, worst: float | None) -> Claim:
    """Claim a key whoever holds it."""
    with store.transaction() as held:
        if held.execute("select 1 from judgment where key = ?", (key,)).fetchone():
            return Claim("done")
        return Claim("send", written(held, who, [key], [worst], via="sync"))


@pytest.mark.simulation
def test_three_runs_pay_for_each_item_once(tmp_path: Path) -> None:
    log = log_of(200)
    with Messages() as server:
        runs = [run(log, tmp_path / "s", server.url) for _ in range(3)]
        assert server.billed == 200
        assert [one.facts()["calls"].value for one in runs] == [200, 0, 0]
        assert runs[0].facts()["billed"].value == pytest.approx(server.ledger.usd, abs=1e-9)
    assert [one.facts()["verdicts"].value for one in runs] == [200, 200, 200]
    assert runs[0].headline == (
        "goal_completion@3 by haiku-5-5: 80.0% of 200 verdicts pass (uncorrected; 0 without"
        " verdict). Calibrate before you quote this."
    )
    first, last = (one.log.scores.drop(columns="usd") for one in (runs[0], runs[2]))
    assert first.equals(last)
    assert totals_agree(tmp_path / "s")


def _duplicates(tmp_path: Path, n: int) -> tuple[int, int]:
    """Return duplicates and billed answers of a run through mixed refusals."""
    faults = Faults(3).sometimes(0.12, trouble.status(429, retry_after=0.002))
    faults = faults.sometimes(0.1, trouble.status(529)).sometimes(0.1, trouble.status(500))
    # which thread meets which fault is chance: six in a row for one question are not rare enough
    patient = replace(QUICK, tries=40)
    with Messages(faults=faults) as server:
        told = run(log_of(n), tmp_path / "s", server.url, waits=patient)
        assert told.band == "pass"
        assert faults.struck > 10
        return server.ledger.duplicates, server.billed


def test_refusals_for_now_are_sent_again_and_nothing_is_paid_twice(tmp_path: Path) -> None:
    assert _duplicates(tmp_path, 60) == (0, 60)
    assert attempts(tmp_path / "s")["paid"] == 60
    assert totals_agree(tmp_path / "s")


def _billed_after_lost_answers(tmp_path: Path) -> tuple[int, int]:
    """Return how many answers were paid twice, and how many of them the store flags."""
    faults = Faults(5).sometimes(0.15, trouble.lost_answer())
    with Messages(faults=faults) as server:
        run(log_of(50), tmp_path / "s", server.url)
        return server.ledger.duplicates, attempts(tmp_path / "s").get("unknown", 0)


def test_an_answer_paid_twice_is_always_shown_as_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice, flagged = _billed_after_lost_answers(tmp_path)
    assert 0 < twice <= flagged
    monkeypatch.setattr(running, "opened", retrying)
    twice, flagged = _billed_after_lost_answers(tmp_path / "sdk")
    assert twice > flagged  # the SDK sends again and nobody hears of it


@pytest.mark.parametrize("mutant", [False, True])
def test_a_bad_answer_of_any_kind_is_kept_and_billed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, mutant: bool
) -> None:
    log = log_of(30, marks={place: f"fault={kind}" for place, kind in enumerate(BAD_OUTPUT)})
    if mutant:
        monkeypatch.setattr(running, "opened", Parsing)
    with Messages() as server:
        told = run(log, tmp_path / "s", server.url)
        again = run(log, tmp_path / "s", server.url)
        billed, usd = server.billed, server.ledger.usd
    if mutant:
        assert billed > 30
        return
    assert billed == 30
    assert told.facts()["billed"].value == pytest.approx(usd)
    assert again.facts()["calls"].value == 0
    assert told.facts()["verdicts"].value == 30 - len(BAD_OUTPUT)
    status = told.log.scores.set_index("trace_id")["status"]
    assert [status[f"t{i}"] for i in range(len(BAD_OUTPUT))] == [*BAD_OUTPUT.values()]
    raw = column(tmp_path / "s", "select raw from judgment where status = 'unparsable'")
    assert sum("his passes." in one for one in raw) == 1


def _by_three_at_once(store: Path) -> tuple[int, int]:
    """Return duplicates and answers after three notebooks judge the same at the same time."""
    log = log_of(40)
    with Messages() as server:
        threads = [Thread(target=run, args=(log, store, server.url)) for _ in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return server.ledger.duplicates, server.billed


def test_notebooks_that_share_a_store_pay_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _by_three_at_once(tmp_path / "s") == (0, 40)
    monkeypatch.setattr(sync, "claim", claimed_by_all)
    duplicates, _ = _by_three_at_once(tmp_path / "mutant")
    assert duplicates > 0


@pytest.mark.parametrize("budget", [0.006, 0.02, 0.0475])
def test_a_budget_is_never_exceeded_with_eight_workers(tmp_path: Path, budget: float) -> None:
    with Messages(Options(thinks=3000)) as server:
        told = run(log_of(60), tmp_path / "s", server.url, budget_usd=budget)
        assert server.ledger.usd <= budget
        assert server.ledger.usd > 0.6 * budget  # and it is used
        billed = server.billed
        assert told.facts()["billed"].value == pytest.approx(server.ledger.usd, abs=1e-12)
        assert f"{billed} of 60 judged, the rest is unsent. Run again with" in told.headline
        assert told.headline.startswith("Stopped at $")
        assert told.band == "watch"
        more = run(log_of(60), tmp_path / "s", server.url, budget_usd=1.0)
        assert server.billed == 60
        assert server.ledger.duplicates == 0
    assert more.facts()["reused"].value == billed
    p = told.log.scores["inclusion_p"]
    assert p.to_numpy() == pytest.approx([billed / 60] * billed)
    assert (more.log.scores["inclusion_p"] == 1.0).all()


def test_what_is_on_its_way_does_not_end_a_run_that_can_go_on(tmp_path: Path) -> None:
    with Messages() as server:  # two fit at their worst, all sixty at what they cost
        told = run(log_of(60), tmp_path / "s", server.url, budget_usd=0.006)
        assert server.ledger.usd <= 0.006
    assert told.facts()["verdicts"].value == 60


def test_an_answer_that_does_not_say_what_it_used_counts_at_its_worst(tmp_path: Path) -> None:
    with Messages(faults=Faults().at(3, trouble.says(b'{"ok": true}'))) as server:
        run(log_of(8), tmp_path / "s", server.url)
    query = "select usd from judgment where status = 'unparsable'"
    (usd,) = column(tmp_path / "s", query)
    assert usd > 4096 * 0.5e-6


def test_a_budget_below_one_call_sends_nothing(tmp_path: Path) -> None:
    with Messages() as server:
        told = run(log_of(5), tmp_path / "s", server.url, budget_usd=0.0001)
        assert server.billed == 0
    assert told.band == "unknown"
    assert told.headline.startswith("Stopped at $0.00 of $0.00010: 0 of 5 judged")


def test_what_was_not_answered_counts_at_its_worst_in_the_budget(tmp_path: Path) -> None:
    with Messages(faults=Faults().always(trouble.lost_answer())) as server:
        told = run(log_of(60), tmp_path / "s", server.url, budget_usd=0.012)
        assert server.ledger.usd <= 0.012
        assert attempts(tmp_path / "s")["unknown"] == server.billed <= 6
    assert float(told.facts()["unknown, at most"].value) <= 0.012
    assert totals_agree(tmp_path / "s")


def test_lost_answers_are_not_paid_again_where_that_was_said(tmp_path: Path) -> None:
    faults = Faults(2).sometimes(0.2, trouble.lost_answer())
    with Messages(faults=faults) as server:
        told = run(log_of(60), tmp_path / "s", server.url, on_unknown="skip")
        again = run(log_of(60), tmp_path / "s", server.url, on_unknown="skip")
        assert server.ledger.duplicates == 0
        assert server.billed == 60
    lost = attempts(tmp_path / "s")["unknown"]
    assert 0 < lost == told.facts()["unknown paid"].value == again.facts()["unknown paid"].value
    assert (told.log.scores["status"] == "unknown_paid").sum() == lost
    assert told.band == again.band == "watch"
    with Messages() as server:
        pass  # another address is another question: nothing carries over


def test_a_lost_answer_is_sent_again_at_most_twice(tmp_path: Path) -> None:
    faults = Faults().marked("Answer t3.", trouble.lost_answer())
    with Messages(faults=faults) as server:
        told = run(log_of(12), tmp_path / "s", server.url)
        assert server.billed == 11 + 3
    assert told.facts()["unknown attempts"].value == 3
    status = told.log.scores.set_index("trace_id")["status"]
    assert status["t3"] == "unknown_paid"


def test_equal_questions_are_paid_once_and_both_get_the_verdict(tmp_path: Path) -> None:
    log = log_of(10)
    twin = replace(log, traces=log.traces.assign(input="Same?", output="Same."))
    with Messages() as server:
        told = run(twin, tmp_path / "s", server.url)
        assert server.billed == 1
        assert told.facts()["verdicts"].value == 10
        usd = told.log.scores["usd"]
        assert usd.sum() == pytest.approx(server.ledger.usd)


def _broken(store: Path, break_it: Callable[[], object]) -> None:
    with opened_store(store):
        break_it()


def test_a_store_that_breaks_ends_the_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from agentlens.errors import BadInputError

    def full(*_: object) -> None:
        message = "database or disk is full"
        raise sqlite3.OperationalError(message)

    monkeypatch.setattr("agentlens.scoring.store.sent.settle._account", full)
    with pytest.raises(BadInputError, match="could not be used: database or disk is full"):
        run(log_of(5), tmp_path / "s", judge=lenient(), waits=QUICK)
