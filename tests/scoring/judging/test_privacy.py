"""Does what gives a person away leave this machine, or stay in the store?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentlens.errors import AgentLensError, BadInputError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judging import asked as asking
from agentlens.scoring.judging.preview import preview
from agentlens.scoring.rubrics import prompt
from agentlens.scoring.store.audit import JudgeStore
from agentlens.scoring.store.file import opened_store
from agentlens.scoring.store.keys import canonical, key_of
from agentlens.tables.log import Log
from tests.messages import Faults, Messages, Options, trouble
from tests.scoring.judging.worlds import MODEL, RUBRIC, column, log_of, run

MAIL, CARD = "ann.lee@example.com", "4111 1111 1111 1111"
SECRET = "sk-" + "live_" + "9aF3kQ7zL1xV5nB8" * 2
PLANTED = (MAIL, CARD, SECRET)


def private(n: int = 6) -> Log:
    """Return traces of which each names somebody."""
    log = log_of(n)
    said = [f"Mail {MAIL}, card {CARD}, key {SECRET}, item {i}" for i in range(n)]
    return replace(log, traces=log.traces.assign(input=said))


def quoting(where: str) -> Options:
    """Return a server that says by itself what it was never sent."""
    words = f'{{"evidence": "{where} {MAIL} and {CARD}, {SECRET}", "verdict": "pass"}}'
    return Options(answer=lambda _, __: words)


def pages(store: Path) -> bytes:
    """Return all that lies on the disk of a store."""
    return b"".join(one.read_bytes() for one in store.parent.iterdir() if one.is_file())


def found_in(data: bytes | str) -> list[str]:
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return [one for one in PLANTED if one in text]


def test_nothing_planted_is_sent_kept_shown_or_told(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    with Messages(quoting("It quotes")) as server:
        who = Judge(MODEL, base_url=server.url)
        ahead = preview(private(), RUBRIC, who, store=store)
        told = run(private(), store, judge=who)
        sent = b"".join(one.body for one in server.seen)
    assert told.facts()["verdicts"].value == 6
    assert found_in(sent) == []
    assert found_in(pages(store)) == []
    shown = [repr(told), told.card(), told.to_json(), ahead.card(), repr(ahead), repr(told.log)]
    shown += [told.figure().to_json(), told.log.scores.to_csv()]
    assert found_in("".join(map(str, shown))) == []
    assert "<EMAIL_" in told.log.scores["comment"].iloc[0]


def test_an_answer_in_two_blocks_hides_what_lies_across_them(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    head, tail = '{"verdict": "pass", "evidence": "', '"}'
    said = head + MAIL + " " * (len(head) - len(tail)) + tail  # the server cuts in the middle
    with Messages(Options(answer=lambda _, __: said)) as server:
        run(log_of(2), store, server.url)
    assert MAIL not in (said[: len(said) // 2], said[len(said) // 2 :])
    data = pages(store).decode("utf-8", "replace")
    assert found_in(data) == []
    assert "ann.lee" not in data
    assert "ple.com" not in data


@pytest.mark.parametrize("mutant", [False, True])
def test_the_key_is_of_what_was_sent_and_not_of_what_was_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, mutant: bool
) -> None:
    store = tmp_path / "judge.sqlite"
    if mutant:
        hidden = prompt._hidden
        bodies = asking.Asked.body

        def late(self: asking.Asked, key: str) -> dict[str, Any]:
            with monkeypatch.context() as patch:
                patch.setattr(prompt, "_hidden", hidden)
                place, _ = self.place[key]
                row = prompt.items(private(), RUBRIC).iloc[place]
            body = bodies(self, key)
            return body | {"messages": [{"role": "user", "content": row["user"]}]}

        monkeypatch.setattr(prompt, "_hidden", lambda log, _: log)
        monkeypatch.setattr(asking.Asked, "body", late)
    with Messages() as server:
        run(private(), store, server.url, workers=1)
        import json

        sent = [json.loads(one.body) for one in server.asked("messages")]
        host = Judge(MODEL, base_url=server.url).host
    assert found_in(json.dumps(sent)) == []
    keys = {key_of(host, canonical(body), 1) for body in sent}
    assert (keys == set(column(store, "select key from judgment"))) is not mutant


@pytest.mark.parametrize(
    "fault",
    [trouble.status(400, message=f"user {MAIL} {SECRET}"), trouble.status(402, message=CARD)],
)
def test_no_refusal_quotes_what_it_refused(tmp_path: Path, fault: Any) -> None:
    store = tmp_path / "judge.sqlite"
    with Messages(faults=Faults().always(fault)) as server:
        told = run(log_of(5), store, server.url)
    assert found_in(pages(store)) == []
    assert found_in(told.headline + told.card()) == []


def test_no_exception_quotes_a_text(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    with Messages() as server, pytest.raises(AgentLensError) as caught:
        run(private(), store, server.url, budget_usd=None)
    assert found_in(str(caught.value)) == []


@pytest.mark.parametrize("what", ["raw", "all"])
def test_purged_texts_are_nowhere_in_the_file(tmp_path: Path, what: Any) -> None:
    store = tmp_path / "judge.sqlite"
    with Messages(Options(answer=_remembered)) as server:
        first = run(log_of(20), store, server.url)
        assert b"Zanzibar" in pages(store)
        with opened_store(store) as other:  # as long as one is open, the log stays on the disk
            other.rows("select count(*) from judgment")
            assert JudgeStore(store).purge(older_than="0D", what=what) == 20
            assert b"Zanzibar" not in pages(store)
        assert b"Zanzibar" not in pages(store)
        assert not [one for one in log_of(20).traces["trace_id"] if _held(store, one)]
        spend = JudgeStore(store).spend()
        assert spend["billed_usd"].sum() == pytest.approx(server.ledger.usd)
        again = run(log_of(20), store, server.url)
        assert server.billed == (20 if what == "raw" else 40)
    assert again.facts()["verdicts"].value == 20
    same = ["trace_id", "value", "key"]
    assert again.log.scores[same].equals(first.log.scores[same])


def test_a_purge_says_where_another_reader_keeps_texts_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "judge.sqlite"
    monkeypatch.setattr("agentlens.scoring.store.file._PATIENCE", 0.05)
    with Messages(Options(answer=_remembered)) as server:
        run(log_of(3), store, server.url)
    with opened_store(store) as other:
        other.connection.execute("begin")
        other.rows("select count(*) from judgment")
        with pytest.raises(BadInputError, match=r"Close that one|could not be used"):
            JudgeStore(store).purge(older_than="0D")
        other.connection.execute("commit")
    JudgeStore(store).purge(older_than="0D")
    assert b"Zanzibar" not in pages(store)


def test_what_is_young_stays(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    with Messages(Options(answer=_remembered)) as server:
        run(log_of(5), store, server.url)
    assert JudgeStore(store).purge() == 0
    assert b"Zanzibar" in pages(store)


def test_forgotten_traces_leave_no_word_and_others_stay(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"

    def said(body: Any, _: int) -> str:
        third = "Answer t3." in str(body)
        return f'{{"evidence": "{"Zanzibar" if third else "Oslo"}", "verdict": "pass"}}'

    with Messages(Options(answer=said)) as server:
        run(log_of(8), store, server.url)
        assert JudgeStore(store).forget("t3") == 1
        data = pages(store)
        assert b"Zanzibar" not in data
        assert b"Oslo" in data
        assert not _held(store, "t3")
        assert _held(store, "t4")
        run(log_of(8), store, server.url)
        assert server.billed == 8


def _held(store: Path, trace_id: str) -> bool:
    query = "select count(*) from link where trace_id = '{}'"
    return bool(column(store, query.format(trace_id))[0])


_remembered: Callable[[Any, int], str] = lambda _, __: (  # noqa: E731 - a constant answer
    '{"evidence": "Zanzibar", "verdict": "pass"}'
)
