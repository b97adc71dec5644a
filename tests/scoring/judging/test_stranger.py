"""What is a stranger told, and is it true and of use?"""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import time

import httpx2
import pandas as pd
import pytest

from agentlens.errors import UnknownNameError
from agentlens.scoring.judges.api import client
from agentlens.scoring.judges.api.bounded import bounded
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.opening import opened
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.store.audit import JudgeStore
from agentlens.tables.frames import from_frames
from tests.messages import Faults, Messages, Options, trouble
from tests.scoring.judging.worlds import QUICK, RUBRIC, attempts, column, log_of, run

DAYS = 86_400.0


def _after(days: float) -> float:
    return time() + days * DAYS


def outputs(*said: object) -> pd.DataFrame:
    start = pd.Timestamp("2026-11-01", tz="UTC")
    return pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(len(said))],
            "start": start,
            "input": pd.Series([None] * len(said), dtype=object),
            "output": pd.Series(list(said), dtype=object),
        }
    )


def test_half_a_character_is_judged_like_any_other_text(tmp_path: Path) -> None:
    log = from_frames(outputs("x\ud83d truth=pass", "\udc00"))
    with Messages() as server:
        told = run(log, tmp_path / "s", server.url)
    assert told.facts()["verdicts"].value == 2


def test_a_missing_column_and_empty_items_are_told(tmp_path: Path) -> None:
    with Messages() as server:
        told = run(from_frames(outputs("truth=pass", None, " ")), tmp_path / "s", server.url)
        with pytest.raises(UnknownNameError, match=r"no column of traces 'output'"):
            run(from_frames(outputs("x").drop(columns="output")), tmp_path / "s", server.url)
    assert any(
        note.startswith("2 items of 3 hold nothing in input and output") for note in told.caveats
    )
    assert "of 3 verdicts pass" in told.headline
    assert "%" not in told.headline


def test_a_judge_that_never_gives_a_verdict_is_not_paid_to_the_end(tmp_path: Path) -> None:
    with Messages(Options(answer=lambda _, __: "It looks fine.")) as server:
        told = run(log_of(90), tmp_path / "s", server.url)
        assert 30 <= server.billed <= 38
    assert told.headline.startswith("Stopped, since none of the first 30 answers holds a verdict")
    assert any("cannot be used" in note and "('unparsable',)" in note for note in told.caveats)
    shown = JudgeStore(tmp_path / "s").answers("unparsable", most=5)
    assert len(shown) == 5
    assert shown["raw"].str.contains("s fine.", regex=False).all()
    assert set(shown["rubric"]) == {RUBRIC.label}


def test_a_judge_that_abstains_is_heard_to_the_end(tmp_path: Path) -> None:
    said = '{"evidence": "-", "verdict": "unknown", "confidence": 0}'
    with Messages(Options(answer=lambda _, __: said)) as server:
        told = run(log_of(40), tmp_path / "s", server.url)
    assert told.facts()["abstained"].value == 40


def test_a_budget_below_one_call_says_what_a_call_may_cost(tmp_path: Path) -> None:
    with Messages() as server:
        for mode in ("sync", "batch"):
            told = run(log_of(3), tmp_path / mode, server.url, mode=mode, budget_usd=1e-6)
            assert "One call may cost $0.00" in told.headline
            assert "larger budget" in told.headline


def test_what_a_batch_holds_is_not_called_unsent(tmp_path: Path) -> None:
    with Messages() as server:
        told = run(log_of(12), tmp_path / "s", server.url, mode="batch", budget_usd=0.003)
        assert "0 of 12 judged, 2 in a batch, the rest is unsent" in told.headline
        assert told.headline.startswith("Stopped at $0.0021 of $0.0030")
        told = run(log_of(2), tmp_path / "t", server.url, mode="batch")
    assert "The same call collects" in told.headline


def test_a_wrong_address_is_no_unknown_bill(tmp_path: Path) -> None:
    with Messages(faults=Faults().always(trouble.page(404))) as server:
        told = run(log_of(12), tmp_path / "s", server.url)
    assert "base_url is what stands before /v1" in told.headline
    assert set(attempts(tmp_path / "s")) == {"refused_by_server"}


def test_a_gateway_without_batches_gives_the_questions_back(tmp_path: Path) -> None:
    with Messages(Options(batches=False)) as server:
        told = run(log_of(4), tmp_path / "s", server.url, mode="batch")
        assert "not every gateway takes batches" in told.headline
        assert run(log_of(4), tmp_path / "s", server.url).facts()["verdicts"].value == 4


def test_a_gateway_that_wants_a_key_says_how_it_gets_one(tmp_path: Path) -> None:
    with Messages(Options(key="secret")) as server:
        told = run(log_of(4), tmp_path / "s", server.url)
    assert any("set ANTHROPIC_BASE_URL to base_url" in note for note in told.caveats)


def test_nobody_there_is_not_called_a_server_that_asks_to_wait(tmp_path: Path) -> None:
    told = run(log_of(2), tmp_path / "s", "http://127.0.0.1:1")
    assert "nobody answered 6 times" in told.headline
    assert attempts(tmp_path / "s") == {"refused_by_server": 12} or "Stopped" in told.headline


def test_a_model_that_ends_soon_is_told_of_even_where_all_is_stored(tmp_path: Path) -> None:
    waits = replace(QUICK, clock=lambda: pd.Timestamp("2026-11-21", tz="UTC").timestamp())
    said = b'{"id": "claude-haiku-5-5", "retires_at": "2026-11-30T00:00:00Z"}'
    with Messages(faults=Faults().always(trouble.says(said), "models")) as server:
        judge = Judge("claude-haiku-5-5", base_url=server.url)
        first = run(log_of(3), tmp_path / "s", judge=judge, waits=waits)
    again = run(log_of(3), tmp_path / "s", judge=judge, waits=waits)
    for told in (first, again):
        assert sum("retires on 2026-11-30, in 9 days" in note for note in told.caveats) == 1
        assert set(told.log.scores["judge_retires"]) == {"2026-11-30"}


def test_raw_answers_older_than_90_days_are_dropped_and_verdicts_stay(tmp_path: Path) -> None:
    with Messages() as server:
        run(log_of(5), tmp_path / "s", server.url)
        held = JudgeStore(tmp_path / "s").kept().iloc[0]
        assert (held["answers"], held["raw"]) == (5, 5)
        assert held["dropped_from"] - held["oldest_raw"] == pd.Timedelta("90D")
        for days, raw in ((89, 5), (91, 0)):
            waits = replace(QUICK, clock=partial(_after, days))
            told = run(log_of(5), tmp_path / "s", server.url, waits=waits)
            assert JudgeStore(tmp_path / "s").kept().iloc[0]["raw"] == raw
            assert told.facts()["verdicts"].value == 5
        assert server.billed == 5
    assert told.log.scores["comment"].notna().all()
    whole = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"msg_" in whole
    assert b'"stop_reason"' not in whole


def test_an_answer_that_comes_too_slowly_as_a_whole_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Messages() as server:
        for path, lost in (("/v1/messages", True), ("/v1/messages/batches", False)):
            with httpx2.Client(event_hooks={"response": [bounded(-1.0)]}) as http:
                if lost:
                    with pytest.raises(httpx2.ReadTimeout):
                        http.post(server.url + path, json={})
                else:
                    http.get(server.url + path)
        monkeypatch.setattr(client, "bounded", lambda _: bounded(-1.0))
        judge = Judge("claude-haiku-5-5", base_url=server.url)
        sender = opened(judge)
        try:
            reply = sender.send(judge.body(RUBRIC, "s", "u"))
        finally:
            sender.close()
        assert (reply.outcome, server.billed) == ("unknown", 1)


def test_a_slow_answer_keeps_its_lease(tmp_path: Path) -> None:
    """A second notebook waits for it, however long that takes, and does not pay."""
    go = Event()
    store = tmp_path / "s"
    waits = Waits(timeout=30.0, slack=-29.4, poll=0.02)
    with Messages(faults=Faults().at(0, trouble.held(go))) as server:
        one = Thread(target=run, args=(log_of(1), store, server.url), kwargs={"waits": waits})
        one.start()
        seen: set[float] = set()
        until = time() + 20.0
        while len(seen) < 3 and time() < until:
            seen |= set(column(store, "select until from lease")) if store.exists() else set()
            Event().wait(0.02)
        go.set()
        one.join()
        assert len(seen) == 3
        assert (server.billed, attempts(store)) == (1, {"paid": 1})


_CHILD = """
import sys
from pathlib import Path
from tests.scoring.judging.worlds import log_of, run
from agentlens.scoring.judging.sending.state import State
end = State.end
def told_of(self, *why):
    end(self, *why)
    print("ending", flush=True)
State.end = told_of
told = run(log_of(60), Path(sys.argv[1]), sys.argv[2])
sys.stdout.write(told.headline)
"""


def test_an_interrupted_process_keeps_what_was_on_its_way_and_returns(tmp_path: Path) -> None:
    go = Event()
    with Messages(faults=Faults().at(range(20, 28), trouble.held(go))) as server:
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(tmp_path / "s"), server.url],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        )
        until = time() + 60.0
        while len(server.asked("messages")) < 28 and time() < until:
            Event().wait(0.02)
        child.send_signal(signal.SIGINT)
        assert child.stdout is not None
        assert child.stdout.readline() == "ending\n"
        go.set()
        said, _ = child.communicate(timeout=60)
        assert child.returncode == 0
        assert said.startswith("Interrupted: 28 of 60 judged")
        assert server.billed == 28
        run(log_of(60), tmp_path / "s", server.url)
        assert (server.billed, server.ledger.duplicates) == (60, 0)
