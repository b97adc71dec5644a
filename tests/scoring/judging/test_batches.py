"""Does each question of a batch come back once, whatever is lost on the way?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentlens.errors import BadInputError
from agentlens.scoring.judges.api.sender import ApiSender
from agentlens.scoring.judges.reply import BatchReply, BatchSender
from agentlens.scoring.judging.judged import Judged
from agentlens.scoring.judging.sending import collecting, handing
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.intents import Intent, open_attempts
from tests.messages import Faults, Messages, Options, trouble
from tests.scoring.judging.worlds import (
    attempts,
    column,
    lenient,
    log_of,
    run,
    totals_agree,
)

N = 20


class Killed(BaseException):
    """The process ends here."""


def batched(server: Messages, store: Path, n: int = N, **more: Any) -> Judged:
    return run(log_of(n), store, server.url, mode="batch", **more)


def counts(told: Judged) -> dict[str, int]:
    return dict(zip(told.frame["outcome"], told.frame["n"], strict=True))


def test_a_batch_is_handed_in_once_and_collected_by_the_same_call(tmp_path: Path) -> None:
    with Messages(Options(polls=1)) as server:
        first = batched(server, tmp_path / "s")
        assert counts(first) == {"pending": N}
        assert first.band == "unknown"
        waiting = batched(server, tmp_path / "s")
        assert counts(waiting) == {"pending": N}
        done = batched(server, tmp_path / "s", budget_usd=None)
        again = batched(server, tmp_path / "s", budget_usd=None)
        assert server.billed == N
        assert len(server.asked("create")) == 1
        assert done.facts()["verdicts"].value == again.facts()["verdicts"].value == N
        usd = done.log.scores["usd"].sum()
        assert usd == pytest.approx(server.ledger.usd)
        assert (done.log.scores["via"] == "batch").all()
    assert attempts(tmp_path / "s") == {"paid": N}
    assert totals_agree(tmp_path / "s")


def test_one_by_one_does_not_pay_for_what_a_batch_holds(tmp_path: Path) -> None:
    with Messages(Options(polls=5)) as server:
        batched(server, tmp_path / "s", n=10)
        told = run(log_of(15), tmp_path / "s", server.url)
        assert counts(told) == {"pending": 10, "pass": 4, "fail": 1}
        assert server.ledger.duplicates == 0


def _lost(kind: str) -> Faults:
    faults = Faults()
    if kind == "answer":
        return faults.at(0, trouble.lost_answer(), "create")
    if kind == "request":
        return faults.at(0, trouble.reset(), "create")
    if kind == "cut":
        return faults.at(0, trouble.cut_json(), "create")
    return faults.at(0, trouble.status(529), "create")


@pytest.mark.parametrize("kind", ["answer", "request", "cut", "overloaded"])
def test_a_lost_answer_to_handing_in_makes_no_second_batch(tmp_path: Path, kind: str) -> None:
    with Messages(faults=_lost(kind)) as server:
        batched(server, tmp_path / "s")
        told = batched(server, tmp_path / "s")
        assert (server.billed, server.ledger.duplicates) == (N, 0)
        assert told.facts()["verdicts"].value == N
    assert totals_agree(tmp_path / "s")


@pytest.mark.parametrize("taken", [True, False])
def test_a_crash_before_the_id_is_saved_pays_for_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    whole = ApiSender.create_batch

    def crash(self: ApiSender, requests: list[tuple[str, dict[str, object]]]) -> BatchReply:
        if taken:
            whole(self, requests)
        raise Killed

    with Messages() as server:
        with monkeypatch.context() as patch:
            patch.setattr(ApiSender, "create_batch", crash)
            with pytest.raises(Killed):
                batched(server, tmp_path / "s")
        later = _later(tmp_path / "s")
        told = [later(server) for _ in range(2)][-1]
        assert (server.billed, server.ledger.duplicates) == (N, 0)
        assert told.facts()["verdicts"].value == N
    assert attempts(tmp_path / "s").get("unknown", 0) == (0 if taken else N)
    assert totals_agree(tmp_path / "s")


def _later(store: Path) -> Callable[[Messages], Judged]:
    """Return a way to judge after the one who handed in is taken for dead."""
    from dataclasses import replace
    from time import time

    from tests.scoring.judging.worlds import QUICK

    waits = replace(QUICK, clock=lambda: time() + 10.0)
    return lambda server: batched(server, store, waits=waits)


def _with_a_foreign_batch(store: Path) -> tuple[Judged, Messages, str]:
    """Return what comes of a lost request while somebody hands in as many questions."""
    faults = Faults().at(0, trouble.reset(), "create")
    with Messages(faults=faults) as server:
        foreign = server.foreign_batch(N)
        told = [batched(server, store) for _ in range(4)][-1]
        return told, server, foreign


def test_a_batch_of_somebody_else_is_released_and_nothing_of_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, server, foreign = _with_a_foreign_batch(tmp_path / "s")
    assert told.facts()["verdicts"].value == N
    assert (server.billed, server.ledger.duplicates) == (N, 0)
    assert column(tmp_path / "s", "select batch_id from foreign_batch") == [foreign]

    def by_count(sender: BatchSender, mine: Intent) -> bool:
        return len(list(sender.results(mine.batch_id))) == len(mine.keys)

    monkeypatch.setattr(collecting, "_ours", by_count)
    _with_a_foreign_batch(tmp_path / "mutant")
    assert column(tmp_path / "mutant", "select batch_id from foreign_batch") == []


def test_of_two_batches_of_one_size_ours_is_told_by_its_names(tmp_path: Path) -> None:
    faults = Faults().at(0, trouble.lost_answer(), "create")
    with Messages(faults=faults) as server:
        server.foreign_batch(N)
        told = [batched(server, tmp_path / "s") for _ in range(3)][-1]
        assert told.facts()["verdicts"].value == N
        assert (server.billed, server.ledger.duplicates) == (N, 0)


def test_results_that_break_off_are_read_again_for_nothing(tmp_path: Path) -> None:
    faults = Faults().at(range(7), trouble.short_results(), "results")
    with Messages(faults=faults) as server:
        batched(server, tmp_path / "s")
        told = [batched(server, tmp_path / "s") for _ in range(3)]
        assert told[-1].facts()["verdicts"].value == N
        assert any("stays pending" in note for note in told[0].caveats)
        assert (server.billed, server.ledger.duplicates) == (N, 0)


def test_items_without_an_answer_are_sent_again_by_the_next_call(tmp_path: Path) -> None:
    marks = {1: "fate=expired", 2: "fate=canceled", 3: "fate=errored", 4: "fate=invalid"}
    log = log_of(12, marks=marks)
    with Messages() as server:
        told = [run(log, tmp_path / "s", server.url, mode="batch") for _ in range(4)]
        assert (server.billed, server.ledger.duplicates) == (server.billed, 0)
        created = len(server.asked("create"))
    assert created == 2
    facts = told[-1].facts()
    assert (facts["verdicts"].value, facts["rejected"].value) == (11, 1)
    assert any("came back without an answer" in note for note in told[1].caveats)
    assert totals_agree(tmp_path / "s")


def test_results_that_are_gone_are_sent_again_and_marked(tmp_path: Path) -> None:
    with Messages() as server:
        batched(server, tmp_path / "s")
        (batch_id,) = column(tmp_path / "s", "select batch_id from batch")
        server.archive(batch_id)
        gone = batched(server, tmp_path / "s")
        assert any("can no longer be read" in note for note in gone.caveats)
        told = [batched(server, tmp_path / "s") for _ in range(2)][-1]
        assert told.facts()["verdicts"].value == N
        assert server.ledger.duplicates == attempts(tmp_path / "s")["unknown"] == N


def test_a_batch_stays_within_its_budget(tmp_path: Path) -> None:
    with Messages() as server:
        told = batched(server, tmp_path / "s", budget_usd=0.011)
        assert 3 < server.billed < N
        assert server.ledger.usd <= 0.011
        assert told.headline.startswith("Stopped at $")
        more = [batched(server, tmp_path / "s") for _ in range(3)][-1]
        assert more.facts()["verdicts"].value == server.billed == N


def test_a_batch_without_a_budget_collects_and_hands_in_nothing(tmp_path: Path) -> None:
    with Messages() as server:
        batched(server, tmp_path / "s", n=10)
        told = batched(server, tmp_path / "s", n=14, budget_usd=None)
        assert counts(told) == {"pass": 8, "fail": 2, "not_sent": 4}
        assert any("pass budget_usd=" in note for note in told.caveats)
        with pytest.raises(BadInputError, match=r"4 calls to .* Pass budget_usd="):
            batched(server, tmp_path / "s", n=14, budget_usd=None)


def test_a_refused_batch_ends_the_run_with_the_reason(tmp_path: Path) -> None:
    faults = Faults().always(trouble.status(402, message="No money."), "create")
    with Messages(faults=faults) as server:
        told = batched(server, tmp_path / "s")
        assert "402" in told.headline
        assert counts(told) == {"not_sent": N}
    assert attempts(tmp_path / "s") == {"refused_by_server": N}
    assert totals_agree(tmp_path / "s")


def test_a_function_takes_no_batches(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="takes no batches; use mode='sync'"):
        run(log_of(3), tmp_path / "s", judge=lenient(), mode="batch")


def test_what_came_before_results_break_off_is_kept(tmp_path: Path) -> None:
    """They always break off at the same place; what is there is kept, once, and the rest waits."""
    with Messages(faults=Faults().always(trouble.short_results(), "results")) as server:
        told = [batched(server, tmp_path / "s") for _ in range(3)]
        assert [one.facts()["verdicts"].value for one in told] == [0, N // 2, N // 2]
        assert counts(told[-1])["pending"] == N // 2
        assert (server.billed, server.ledger.duplicates) == (N, 0)
    assert attempts(tmp_path / "s") == {"paid": N // 2, "in_flight": N // 2}
    assert totals_agree(tmp_path / "s")


def test_a_batch_that_two_notebooks_collect_at_once_is_accounted_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reads the list of open attempts before the first has settled any."""
    with Messages() as server:
        batched(server, tmp_path / "s")
        first = open_attempts

        def late(store: StoreFile, mine: Intent) -> dict[str, int]:
            before = first(store, mine)
            monkeypatch.setattr(collecting, "open_attempts", first)
            batched(server, tmp_path / "s")
            return before

        monkeypatch.setattr(collecting, "open_attempts", late)
        told = batched(server, tmp_path / "s")
        assert told.facts()["verdicts"].value == N
        billed = column(tmp_path / "s", "select sum(billed_usd) from run")
        assert billed == [pytest.approx(server.ledger.usd)]
    assert totals_agree(tmp_path / "s")


@pytest.mark.parametrize("most, size", [(8, 10**9), (10**6, 12_000)])
def test_what_is_too_much_for_one_batch_goes_as_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, size: int
) -> None:
    monkeypatch.setattr(handing, "_MOST", most)
    monkeypatch.setattr(handing, "_BYTES", size)
    with Messages() as server:
        told = [batched(server, tmp_path / "s") for _ in range(2)][-1]
        handed = server.asked("create")
        assert len(handed) >= 3
        assert max(len(json.loads(one.body)["requests"]) for one in handed) <= most
        assert max(len(one.body) for one in handed) <= size
        assert told.facts()["verdicts"].value == N
        assert (server.billed, server.ledger.duplicates) == (N, 0)
