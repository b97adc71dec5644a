"""Is the file safe with many writers, and does it say where it is not?"""

import sqlite3
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.reply import Reply
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.audit import JudgeStore
from agentlens.scoring.store.file import StoreFile, opened_store
from agentlens.scoring.store.keys import canonical, key_of
from agentlens.scoring.store.place import cloud_folder
from agentlens.scoring.store.sent.claims import claim
from agentlens.scoring.store.sent.runs import Limits, Run, begun, spent
from agentlens.scoring.store.sent.settle import Answer, Settling, settle

RUBRIC = Rubric("tone", 1, "Is it polite?")
WHO = Judge("claude-haiku-5-5")
HOW = Settling(rubric=RUBRIC, hidden=lambda text: text, price_as_of="2026-11-18", via="sync")
PAID = Reply(outcome="paid", raw="raw", text='{"evidence": "a", "verdict": "pass"}')


class Clock:
    """Tells the time that it is given."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def a_run(store: StoreFile, clock: Clock | None = None, **limits: Any) -> Run:
    told: dict[str, Any] = ({"clock": clock} if clock else {}) | limits
    return begun(store, RUBRIC, WHO, Limits(**told), mode="sync", asked=9)


def opened(path: Path) -> StoreFile:
    return opened_store(path / "judge.sqlite")


def test_a_store_keeps_what_was_committed_at_once_and_for_its_owner_only(tmp_path: Path) -> None:
    with opened(tmp_path / "new") as store:
        assert store.rows("pragma journal_mode")[0][0] == "wal"
        assert store.rows("pragma synchronous")[0][0] == 2
        assert store.rows("pragma secure_delete")[0][0] == 1
        assert store.rows("pragma user_version")[0][0] == 1
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
        assert store.notes == ()


def _half_done(store: StoreFile, words: str) -> None:
    with store.transaction() as held:
        held.execute(words)
        raise ZeroDivisionError


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    look = "insert into look values (null, 'a', 'b', 'gate', 1, 1.0)"
    with opened(tmp_path) as store:
        with pytest.raises(ZeroDivisionError):
            _half_done(store, look)
        with store.transaction() as held:
            held.execute(look)
        assert store.rows("select count(*) from look")[0][0] == 1
    with opened(tmp_path) as store:
        assert store.rows("select count(*) from look")[0][0] == 1


def test_many_open_a_new_store_at_once(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with opened(tmp_path) as store, store.transaction() as held:
                held.execute("insert into look values (?, 'a', 'b', 'gate', 1, 1.0)", (number,))
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    with opened(tmp_path) as store:
        assert store.rows("select count(*) from look")[0][0] == 12


def test_what_is_no_store_is_said(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is no database, but a text of some length " * 9)
    with pytest.raises(BadInputError, match="is no store of judgments; say another store="):
        opened_store(tmp_path / "text")
    with pytest.raises(BadInputError, match="is a folder; name a file in it"):
        opened_store(tmp_path)
    with pytest.raises(BadInputError, match="cannot be made: File exists"):
        opened_store(tmp_path / "text" / "judge.sqlite")


def test_a_store_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite"
    with sqlite3.connect(path) as made:
        made.execute("pragma user_version=7")
    made.close()
    with pytest.raises(BadInputError, match="written by a later AgentLens \\(tables 7, ours are 1"):
        opened_store(path)


def test_a_folder_that_syncs_is_warned_of(tmp_path: Path) -> None:
    with opened_store(tmp_path / "Dropbox" / "judge.sqlite") as store:
        (note,) = store.notes
    assert "that Dropbox copies elsewhere" in note
    assert cloud_folder(tmp_path) == ""


def test_a_network_drive_is_written_with_a_rollback_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("file", "place"):
        monkeypatch.setattr(f"agentlens.scoring.store.{module}.network_drive", lambda _: "nfs4")
    with opened(tmp_path) as store:
        assert store.rows("pragma journal_mode")[0][0] == "delete"
        assert "on a network drive (nfs4)" in store.notes[0]


def test_closing_leaves_alone_a_thread_that_is_still_at_work(tmp_path: Path) -> None:
    working, closed = Event(), Event()
    seen: list[int] = []

    def work() -> None:
        held = store.connection
        working.set()
        closed.wait(10)
        seen.append(held.execute("select count(*) from judgment").fetchone()[0])

    store = opened_store(tmp_path / "judge.sqlite")
    thread = Thread(target=work)
    thread.start()
    assert working.wait(10)
    store.close()
    closed.set()
    thread.join()
    assert seen == [0]


BODIES = st.dictionaries(
    st.text(max_size=4),
    st.recursive(st.text(max_size=5) | st.integers(), lambda one: st.lists(one, max_size=3)),
    max_size=4,
)


@given(BODIES, BODIES, st.integers(1, 9))
def test_a_key_is_of_all_that_is_read_and_of_nothing_else(
    one: Mapping[str, Any], other: Mapping[str, Any], repeat: int
) -> None:
    turned = dict(reversed(list(one.items())))
    key = key_of("host", canonical(one), repeat)
    assert key == key_of("host", canonical(turned), repeat)
    assert (key == key_of("host", canonical(other), repeat)) == (one == other)
    assert key != key_of("host", canonical(one), repeat + 1)
    assert key != key_of("other", canonical(one), repeat)


def test_a_broken_text_has_a_key() -> None:
    assert len(key_of("host", canonical({"user": "half a \ud83d pair"}), 1)) == 64


def test_a_key_is_sent_once_and_then_waited_for(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path) as store:
        one, other = a_run(store, clock), a_run(store, clock)
        first = claim(store, one, "k", 0.1)
        assert first.state == "send"
        assert claim(store, other, "k", 0.1).state == "wait"
        settle(store, one, HOW, [Answer("k", first.attempt, PAID, 0.01)])
        assert claim(store, other, "k", 0.1).state == "done"
        assert spent(store, one).billed_usd == pytest.approx(0.01)


def test_a_lease_that_has_ended_leaves_an_unknown_behind(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path) as store:
        dead, other = a_run(store, clock, lease=180.0), a_run(store, clock)
        lost = claim(store, dead, "k", 0.1)
        clock.now += 179.0
        assert claim(store, other, "k", 0.1).state == "wait"
        clock.now += 2.0
        assert claim(store, other, "k", 0.1).state == "send"
        assert spent(store, dead).unknown == 1
        assert spent(store, dead).unknown_usd == pytest.approx(0.1)
        # the dead one was only slow: its answer is kept, its money counted, the mark stays
        settle(store, dead, HOW, [Answer("k", lost.attempt, PAID, 0.02)])
        assert (spent(store, dead).unknown, spent(store, dead).unknown_usd) == (1, 0.0)
        assert spent(store, dead).billed_usd == pytest.approx(0.02)
        said = store.rows("select outcome from attempt order by id")
        assert [row[0] for row in said] == ["unknown", "in_flight"]
        assert claim(store, dead, "k", 0.1).state == "done"
        assert store.rows("select count(*) from lease")[0][0] == 1  # the other's own


@pytest.mark.parametrize("said, sends", [("retry", 3), ("skip", 1)])
def test_what_was_lost_is_sent_again_as_often_as_was_said(
    tmp_path: Path, said: Any, sends: int
) -> None:
    with opened(tmp_path) as store:
        who = a_run(store, on_unknown=said)
        for _ in range(sends):
            got = claim(store, who, "k", 0.1)
            assert got.state == "send"
            settle(store, who, HOW, [Answer("k", got.attempt, Reply(outcome="unknown"), None)])
        assert claim(store, who, "k", 0.1).state == "lost"
        assert spent(store, who).unknown_usd == pytest.approx(0.1 * sends)


def test_reservations_count_before_anything_is_billed(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        who = a_run(store, budget_usd=0.3)
        claims = [claim(store, who, f"k{i}", 0.1) for i in range(4)]
        assert [one.state for one in claims] == ["send", "send", "send", "budget"]
        settle(store, who, HOW, [Answer("k0", claims[0].attempt, PAID, 0.01)])
        assert claim(store, who, "k3", 0.1).state == "budget"  # 0.01 + 0.2 + 0.1 is above
        refused = Reply(outcome="wait")
        settle(store, who, HOW, [Answer("k1", claims[1].attempt, refused, 0.0)])
        assert claim(store, who, "k3", 0.1).state == "send"


def test_an_answer_that_breaks_the_reader_is_kept_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("agentlens.scoring.store.sent.settle.read", broken)
    with opened(tmp_path) as store:
        who = a_run(store)
        got = claim(store, who, "k", None)
        settle(store, who, HOW, [Answer("k", got.attempt, PAID, 0.01)])
        (row,) = store.rows("select status, raw from judgment")
        assert tuple(row) == ("unparsable", "raw")


def test_of_a_key_the_first_answer_stays(tmp_path: Path) -> None:
    clock = Clock()
    second = replace(PAID, text='{"evidence": "b", "verdict": "fail"}')
    with opened(tmp_path) as store:
        one, other = a_run(store, clock), a_run(store, clock)
        slow = claim(store, one, "k", 0.1)
        clock.now += 999.0
        quick = claim(store, other, "k", 0.1)
        settle(store, other, HOW, [Answer("k", quick.attempt, PAID, 0.01)])
        settle(store, one, HOW, [Answer("k", slow.attempt, second, 0.01)])
        assert store.rows("select verdict from judgment")[0][0] == "pass"


def test_the_audit_shows_runs_spend_and_what_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "judge.sqlite"
    with opened_store(path) as store:
        who = a_run(store, budget_usd=1.0)
        got = claim(store, who, "k", 0.1)
        settle(store, who, HOW, [Answer("k", got.attempt, Reply(outcome="unknown"), None)])
        got = claim(store, who, "k", 0.1)
        settle(store, who, HOW, [Answer("k", got.attempt, PAID, 0.02)])
    audit = JudgeStore(path)
    assert audit.runs()[["rubric", "judge", "calls", "unknown"]].to_numpy().tolist() == [
        ["tone@1", "haiku-5-5", 2, 1]
    ]
    assert audit.spend()["billed_usd"].tolist() == [pytest.approx(0.02)]
    (lost,) = audit.unknown().to_dict("records")
    assert lost["answered_since"] is True
    assert lost["at_most_usd"] == pytest.approx(0.1)


def test_parts_and_ages_of_a_store_are_checked(tmp_path: Path) -> None:
    audit = JudgeStore(tmp_path / "judge.sqlite")
    with pytest.raises(UnknownNameError, match="no part of a store 'texts'"):
        audit.purge(what="texts")  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="not a length of time"):
        audit.purge(older_than="old")
    with pytest.raises(BadInputError, match="takes ids of traces"):
        audit.forget([3])  # type: ignore[list-item]
    assert audit.purge(older_than="0D") == 0


def test_forgetting_a_trace_takes_its_labels_and_its_places_in_queues(tmp_path: Path) -> None:
    path = tmp_path / "judge.sqlite"
    with opened_store(path) as store, store.transaction() as held:
        for trace in ("a", "b"):
            held.execute(
                "insert into label (plan, trace_id, rater, round, repeat, unsure, note, blind, at)"
                " values ('p', ?, 'ana', 1, 0, 0, 'a note', 1, 1.0)",
                (trace,),
            )
        queue = '{"items": [{"trace_id": "a"}, {"trace_id": "b"}], "ids": ["a", "b"]}'
        held.execute("insert into plan values ('p', 'tone@1', 'h', 'j', ?, 1.0)", (queue,))
    JudgeStore(path).forget(["a"])
    with opened_store(path) as store:
        assert [row[0] for row in store.rows("select trace_id from label")] == ["b"]
        left = '{"items": [{"trace_id": "b"}], "ids": ["b"]}'
        assert store.rows("select json from plan")[0][0] == left
