"""Does a run keep every item, say what became of it, and stop as it says?"""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock
from time import monotonic, time
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judges.api.sender import ApiSender
from agentlens.scoring.judges.reply import Reply
from agentlens.scoring.judging import judged as telling
from agentlens.scoring.judging.judge import judge
from agentlens.scoring.judging.judged import Judged
from agentlens.scoring.judging.preview import missing, preview
from agentlens.scoring.judging.sending import sync
from agentlens.scoring.judging.stored import stored
from agentlens.scoring.judging.told.rows import outcomes
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.frames import from_frames
from tests.messages import Faults, Messages, Options, trouble
from tests.messages.faults.plan import Fault
from tests.scoring.judging.worlds import QUICK, RUBRIC, attempts, lenient, log_of, run

SAYS = '{"evidence": "step 1", "verdict": "pass", "confidence": 75}'


def added_up(told: Judged) -> bool:
    """Return whether each question has exactly one outcome, and the facts say the same."""
    facts = {name: fact.value for name, fact in told.facts().items()}
    names = ["verdicts", *(name.replace("_", " ") for name in told.frame["outcome"])]
    stated = sum(int(facts.get(name, 0)) for name in names)
    return int(told.frame["n"].sum()) == facts["asked"] == stated


KINDS: dict[str, Fault] = {
    "429": trouble.status(429, retry_after=0.001),
    "429 for long": trouble.status(429, retry_after=400),
    "spend limit": trouble.status(429, "enforced_spend_limit_reached"),
    "529": trouble.status(529),
    "500": trouble.status(500),
    "400": trouble.status(400),
    "413": trouble.status(413),
    "401": trouble.status(401),
    "404": trouble.status(404),
    "504 billed": trouble.status(504, billed=True),
    "proxy": trouble.page(502, billed=True),
    "reset": trouble.reset(),
    "lost": trouble.lost_answer(),
    "cut": trouble.cut(),
    "half a body": trouble.cut_json(),
    "no message": trouble.says(b'{"ok": true}'),
    "elsewhere": trouble.redirect("http://127.0.0.1:9"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_ends_in_an_outcome_and_outcomes_add_up(tmp_path: Path, kind: str) -> None:
    with Messages(faults=Faults().marked("Answer t3.", KINDS[kind])) as server:
        told = run(log_of(12), tmp_path / "s", server.url, workers=2)
        assert added_up(told)
        assert int(told.facts()["verdicts"].value) == int(
            told.frame.loc[told.frame["verdict"], "n"].sum()
        )
        stopped = told.headline.startswith("Stopped")
        assert stopped or int(told.facts()["verdicts"].value) >= 11
        assert told.band == ("watch" if stopped or told.facts()["unknown attempts"].value
                             else "pass")  # fmt: skip
    rows = told.log.scores
    unmet = told.frame["outcome"].isin(["not_sent", "pending"])
    assert len(rows) == told.frame.loc[~unmet, "n"].sum()


def test_questions_that_are_dropped_in_silence_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallowed(*given: Any) -> pd.DataFrame:
        found = outcomes(*given)
        return found[found["outcome"] != "not_sent"]

    with Messages(faults=Faults().at(5, trouble.status(401))) as server:
        assert added_up(run(log_of(12), tmp_path / "s", server.url, workers=1))
    monkeypatch.setattr(telling, "outcomes", swallowed)
    with Messages(faults=Faults().at(5, trouble.status(401))) as server:
        told = run(log_of(12), tmp_path / "t", server.url, workers=1)
    assert told.facts()["asked"].value != 12


def test_a_refusal_for_good_stops_all_and_says_why(tmp_path: Path) -> None:
    faults = Faults().at(range(6, 99), trouble.status(402, message="Your balance is too low."))
    with Messages(faults=faults) as server:
        told = run(log_of(40), tmp_path / "s", server.url)
        assert len(server.asked("messages")) <= 6 + 8
    assert told.headline.startswith("Stopped by a refusal (402")
    assert "balance is too low" in told.headline
    assert "6 of 40 judged, the rest is unsent. Run again once that is settled" in told.headline
    assert told.caveats[0].startswith("goal_completion@3 by haiku-5-5: ")
    assert told.facts()["not sent"].value == 34


def test_a_long_wait_stops_the_run_instead(tmp_path: Path) -> None:
    faults = Faults().at(range(3, 99), trouble.status(429, retry_after=400))
    with Messages(faults=faults) as server:
        told = run(log_of(20), tmp_path / "s", server.url)
    assert told.headline.startswith("Stopped, the server asks to wait 400 s (429")
    assert "3 of 20 judged" in told.headline


def test_six_tries_and_no_more(tmp_path: Path) -> None:
    with Messages(faults=Faults().always(trouble.status(529))) as server:
        told = run(log_of(4), tmp_path / "s", server.url, workers=1)
        assert len(server.asked("messages")) == 6
    assert "the server asked to wait 6 times" in told.headline
    assert attempts(tmp_path / "s") == {"refused_by_server": 6}


def test_a_wait_holds_all_threads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, waits = list[float](), list[tuple[float, float]]()
    send, pause = ApiSender.send, sync._Worker._pause

    def noted(self: ApiSender, body: Mapping[str, object]) -> Reply:
        sent.append(monotonic())
        return send(self, body)

    def told(self: sync._Worker, reply: Reply, tried: int) -> None:
        pause(self, reply, tried)
        if reply.outcome == "wait":
            waits.append((monotonic(), self.state.paused_until))

    monkeypatch.setattr(ApiSender, "send", noted)
    monkeypatch.setattr(sync._Worker, "_pause", told)
    with Messages(faults=Faults().at(0, trouble.status(429, retry_after=0.8))) as server:
        run(log_of(30), tmp_path / "s", server.url, workers=4)
    ((since, until),) = waits
    assert until > since
    meanwhile = [one for one in sent if since < one < until]
    assert len(meanwhile) <= 3  # only what was on its way already


def test_a_judge_that_refuses_everything_poisons_nothing(tmp_path: Path) -> None:
    with Messages(faults=Faults().always(trouble.status(400, message="No such effort."))) as server:
        told = run(log_of(20), tmp_path / "s", server.url, workers=1)
        assert len(server.asked("messages")) == 3
        assert told.headline.startswith("Stopped, since the first requests were all refused (400")
        assert told.facts()["not sent"].value == 20


def test_a_single_refused_item_is_kept_as_such_and_not_sent_again(tmp_path: Path) -> None:
    faults = Faults().marked("Answer t3.", trouble.status(400))
    with Messages(faults=faults) as server:
        told = [run(log_of(12), tmp_path / "s", server.url) for _ in range(2)]
        assert len(server.asked("messages")) == 12
    assert [one.facts()["rejected"].value for one in told] == [1, 1]


def test_a_refused_item_alone_is_kept_as_such(tmp_path: Path) -> None:
    with Messages(faults=Faults().always(trouble.status(413))) as server:
        told = [run(log_of(1), tmp_path / "s", server.url) for _ in range(2)]
        assert len(server.asked("messages")) == 1
    assert [one.facts()["rejected"].value for one in told] == [1, 1]


def test_an_address_that_never_answers_ends_the_run(tmp_path: Path) -> None:
    with Messages(faults=Faults().always(trouble.reset())) as server:
        told = run(log_of(40), tmp_path / "s", server.url)
        assert len(server.asked("messages")) <= 10 + 8
    assert told.headline.startswith("Stopped, since the first requests got no answer")
    assert told.band == "unknown"


def test_an_interrupted_cell_keeps_what_is_on_its_way(tmp_path: Path) -> None:
    lock, calls = Lock(), list[str]()

    def answer(prompt: str) -> str:
        with lock:
            calls.append(prompt)
            if len(calls) == 6:
                os.kill(os.getpid(), signal.SIGINT)
        Event().wait(0.05)
        return SAYS

    told = run(log_of(60), tmp_path / "s", judge=lenient(answer), workers=4)
    assert told.headline.startswith("Interrupted: ")
    assert told.facts()["verdicts"].value == len(calls) < 60
    assert attempts(tmp_path / "s") == {"paid": len(calls)}
    more = run(log_of(60), tmp_path / "s", judge=lenient(answer))
    assert more.facts()["verdicts"].value == len(calls) == 60


def test_a_failing_function_loses_one_item_and_not_the_run(tmp_path: Path) -> None:
    def answer(prompt: str) -> str:
        if "Answer t7." in prompt:
            message = "no"
            raise ZeroDivisionError(message)
        return SAYS

    told = run(log_of(20), tmp_path / "s", judge=lenient(answer), workers=1)
    assert told.facts()["rejected"].value == 1
    assert told.facts()["verdicts"].value == 19


def test_a_failure_of_the_sender_is_raised_and_leaves_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agentlens.scoring.judges.opening import LocalSender

    def broken(*_: object) -> None:
        message = "nobody foresaw this"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr(LocalSender, "send", broken)
        with pytest.raises(RuntimeError, match="nobody foresaw"):
            run(log_of(6), tmp_path / "s", judge=lenient(), workers=1)
    assert attempts(tmp_path / "s") == {"in_flight": 1}
    told = run(log_of(6), tmp_path / "s", judge=lenient(), waits=replace(QUICK, clock=_later))
    assert told.facts()["verdicts"].value == 6
    assert attempts(tmp_path / "s") == {"unknown": 1, "paid": 6}


def _later() -> float:
    return time() + 10.0


def test_statuses_are_asked_again_only_where_that_is_said(tmp_path: Path) -> None:
    log = log_of(10, marks={1: "fault=truncated", 2: "fault=refusal"})
    with Messages() as server:
        run(log, tmp_path / "s", server.url)
        more = run(log, tmp_path / "s", server.url, again=("truncated",))
        assert server.billed == 11
        assert more.facts()["truncated"].value == 1
        run(log, tmp_path / "s", server.url)
        assert server.billed == 11
    said: list[str] = ["", SAYS]
    judge_ = lenient(lambda _: said.pop(0))
    one = log_of(1)
    assert run(one, tmp_path / "t", judge=judge_).facts()["empty"].value == 1
    good = run(one, tmp_path / "t", judge=judge_, again=["empty"])
    assert good.facts()["verdicts"].value == 1
    assert run(one, tmp_path / "t", judge=judge_).facts()["verdicts"].value == 1
    assert good.log.scores["repeat"].tolist() == [1]


def test_repeats_are_asked_one_by_one_and_kept_apart(tmp_path: Path) -> None:
    with Messages() as server:
        two = run(log_of(6), tmp_path / "s", server.url, repeats=2)
        assert server.billed == 12
        three = run(log_of(6), tmp_path / "s", server.url, repeats=3)
        assert server.billed == 18
        named = run(log_of(6), tmp_path / "s", server.url, repeats=[9])
        assert server.billed == 24
        url = server.url
    assert two.log.scores.groupby("trace_id").size().eq(2).all()
    assert sorted(three.log.scores["repeat"].unique()) == [1, 2, 3]
    assert named.log.scores["repeat"].eq(9).all()
    assert three.log.scores["score_id"].is_unique
    who = al.Judge("claude-haiku-5-5", base_url=url)
    held = stored(log_of(6), RUBRIC, who, repeats=range(1, 13), store=tmp_path / "s")
    assert sorted(held.scores["repeat"].unique()) == [1, 2, 3, 9]
    assert held.scores["inclusion_p"].eq(1.0).all()


def test_a_verdict_that_is_there_is_replaced_and_others_stay(tmp_path: Path) -> None:
    log = al.demo(days=7, traces_per_day=10, seed=1)
    before = len(log.scores)
    first = run(log, tmp_path / "s", judge=lenient())
    second = run(first.log, tmp_path / "s", judge=lenient())
    assert len(first.log.scores) == len(second.log.scores) == before + len(log)
    assert second.log.scores.dtypes.equals(log.scores.dtypes)
    assert len(log.scores) == before


def test_criteria_are_rows_of_their_own(tmp_path: Path) -> None:
    rubric = Rubric("tone", 1, "Judge.", criteria={"polite": "Is it?", "short": "Is it?"})
    part = '{"evidence": "%s", "verdict": "%s"}'
    said = f'{{"polite": {part % ("a", "pass")}, "short": {part % ("b", "unknown")}}}'
    told = run(log_of(3), tmp_path / "s", judge=lenient(lambda _: said), rubric=rubric)
    rows = told.log.scores[told.log.scores["trace_id"] == "t0"].set_index("name")
    assert rows.loc["tone.polite", "value"] == 1.0
    assert rows.loc["tone.polite", "comment"] == "a"
    assert rows["status"].fillna("").to_dict() == {
        "tone": "abstained", "tone.polite": "", "tone.short": "abstained",
    }  # fmt: skip
    assert told.facts()["abstained"].value == 3


def test_degrees_are_told_by_their_mean(tmp_path: Path) -> None:
    rubric = Rubric("help", 1, "How helpful?", scale=(1, 2, 3, 4, 5))
    judge_ = lenient(lambda _: '{"evidence": "", "verdict": 4}')
    told = run(log_of(5), tmp_path / "s", judge=judge_, rubric=rubric)
    assert "4.00 on a scale from 1 to 5 in the mean of 5 verdicts" in told.headline
    assert (told.log.scores["kind"] == "numeric").all()


def test_probabilities_are_those_of_the_sample(tmp_path: Path) -> None:
    drawn = al.sample(al.demo(days=7, traces_per_day=40, seed=1), rate=0.3)
    told = run(drawn, tmp_path / "s", judge=lenient(), max_calls=20)
    rows = told.log.scores[told.log.scores["judge_id"].notna()]
    p = drawn.traces.set_index("trace_id")["inclusion_p"]
    sent = len(rows) / len(drawn)
    wanted = [p[one] * sent for one in rows["trace_id"]]
    assert rows["inclusion_p"].to_numpy() == pytest.approx(wanted)
    assert told.headline.startswith("Stopped at max_calls: 20 of ")


def test_an_earlier_choice_of_traces_is_said(tmp_path: Path) -> None:
    log = log_of(200)
    odd = log.where(trace_id=[f"t{i}" for i in range(0, 200, 2)])
    run(odd, tmp_path / "s", judge=lenient())
    part = run(log, tmp_path / "s", judge=lenient(), max_calls=5)
    assert any("paid for by an earlier choice of traces" in note for note in part.caveats)
    whole = run(log, tmp_path / "s", judge=lenient())
    assert not whole.caveats


def test_two_models_under_one_name_are_said(tmp_path: Path) -> None:
    options = Options(returned=lambda asked, n: asked if n % 2 else f"{asked}-20261001")
    with Messages(options) as server:
        told = run(log_of(8), tmp_path / "s", server.url)
    assert any("they are different judges" in note for note in told.caveats)
    assert told.log.scores["judge_model"].nunique() == 2


def test_a_judge_of_the_agent_s_own_line_is_said(tmp_path: Path) -> None:
    log = log_of(4)
    log = replace(log, traces=log.traces.assign(model="claude-haiku-5"))
    with Messages() as server:
        told = run(log, tmp_path / "s", server.url)
    assert any(note.startswith("Judge and agent are both haiku") for note in told.caveats)


def test_a_preview_sends_nothing_and_bounds_the_run(tmp_path: Path) -> None:
    log, store = log_of(40), tmp_path / "s"
    with Messages() as server:
        who = al.Judge("claude-haiku-5-5", base_url=server.url)
        first = preview(log, RUBRIC, who, store=store)
        assert server.billed == 0
        assert len(server.asked("count")) == 40
        assert first.band == "unknown"
        assert (
            "40 traces, 40 distinct, 0 already paid → 40 calls · expected unknown" in first.headline
        )
        pilot = judge(log, RUBRIC, who, budget_usd=1.0, max_calls=12, preview=first, store=store)
        assert pilot.facts()["verdicts"].value == server.billed == 12
        second = preview(log, RUBRIC, who, store=store)
        assert second.band == "pass"
        assert "12 already paid → 28 calls · expected $" in second.headline
        before = server.ledger.usd
        done = judge(log, RUBRIC, who, budget_usd=1.0, preview=second, store=store)
        paid = server.ledger.usd - before
        assert paid == pytest.approx(second.expected_usd, rel=0.25)
        assert paid <= second.worst_usd <= first.worst_usd
        assert done.facts()["previewed, at most"].value == second.worst_usd
        other = log_of(3, name="x")
        with pytest.raises(BadInputError, match="3 of 3 calls are not in this preview"):
            judge(other, RUBRIC, who, budget_usd=1.0, preview=second, store=store)
        assert preview(log, RUBRIC, who, store=store).headline.endswith(
            "40 already paid → 0 calls."
        )
    sync, batch = second.frame["worst_usd"]
    assert batch == pytest.approx(sync / 2)


def test_without_counting_tokens_are_estimated_and_the_card_says_so(tmp_path: Path) -> None:
    with Messages(Options(counts=False)) as server:
        who = al.Judge("claude-haiku-5-5", base_url=server.url)
        told = preview(log_of(30), RUBRIC, who, store=tmp_path / "s")
        assert len(server.asked("count")) == 1
    assert any("estimated from characters, ±30 %" in note for note in told.caveats)


def test_what_is_missing_is_said_without_any_request(tmp_path: Path) -> None:
    with Messages() as server:
        who = al.Judge("claude-haiku-5-5", base_url=server.url)
        run(log_of(10), tmp_path / "s", judge=who)
        seen = len(server.seen)
        left = missing(log_of(14), RUBRIC, who, store=tmp_path / "s")
        held = stored(log_of(14), RUBRIC, who, store=tmp_path / "s")
        assert len(server.seen) == seen
    assert left.facts()["calls"].value == 4
    assert len(held.scores) == 10
    assert held.scores["inclusion_p"].to_numpy() == pytest.approx([10 / 14] * 10)


def test_other_words_under_a_known_version_are_refused(tmp_path: Path) -> None:
    run(log_of(3), tmp_path / "s", judge=lenient())
    other = Rubric("goal_completion", 3, "Was the user happy?")
    sentence = r"goal_completion@3 was first used with other words \([0-9a-f]{4}…, \d+ \w+\)\. Give"
    for ask in (judge, preview, missing, stored):
        with pytest.raises(BadInputError, match=sentence + " this one version 4"):
            ask(log_of(3), other, lenient(), store=tmp_path / "s")


def test_money_has_to_be_given_where_something_costs(tmp_path: Path) -> None:
    with Messages() as server:
        who = al.Judge("claude-haiku-5-5", base_url=server.url)
        with pytest.raises(BadInputError, match=r"7 calls to claude-haiku-5-5, at most \$0\.01"):
            judge(log_of(7), RUBRIC, who, store=tmp_path / "s")
        run(log_of(20, name="p"), tmp_path / "s", judge=who)
        with pytest.raises(
            BadInputError, match=r"expected \$0\.\d+, at most \$0\.01\d.* Pass budg"
        ):
            judge(log_of(7), RUBRIC, who, store=tmp_path / "s")
        assert server.billed == 20
        nameless = al.Judge("claude-opus-5", base_url=server.url)
        prices = pd.DataFrame({"model": ["other"], "input": [1.0], "output": [1.0]})
        with pytest.raises(BadInputError, match="no price is known for it"):
            judge(log_of(7), RUBRIC, nameless, store=tmp_path / "s", prices=prices)
        told = judge(log_of(7), RUBRIC, nameless, store=tmp_path / "s", prices=prices, max_calls=7)
    assert str(told.facts()["billed"]) == "unknown"
    assert told.log.scores["usd"].isna().all()


@pytest.mark.parametrize(
    "wish, error, sentence",
    [
        ({"mode": "later"}, UnknownNameError, "no mode 'later'"),
        ({"budget_usd": 0}, BadInputError, "budget_usd is an amount above 0"),
        ({"budget_usd": float("nan")}, BadInputError, "budget_usd is an amount above 0"),
        ({"budget_usd": True}, BadInputError, "budget_usd is an amount above 0"),
        ({"repeats": 0}, BadInputError, "repeats is how many verdicts"),
        ({"repeats": [1, 1]}, BadInputError, "repeats is how many verdicts"),
        ({"repeats": True}, BadInputError, "repeats is how many verdicts"),
        ({"workers": 0}, BadInputError, "workers is a whole number from 1 to 64"),
        ({"max_calls": 0}, BadInputError, "max_calls is a whole number from 1"),
        ({"on_unknown": "hope"}, UnknownNameError, "no on_unknown 'hope'"),
        ({"again": "truncated"}, BadInputError, "again is a tuple of statuses"),
        ({"again": ("cut",)}, UnknownNameError, "no status 'cut'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_opened(
    tmp_path: Path, wish: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        judge(log_of(2), RUBRIC, lenient(), store=tmp_path / "s", **wish)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("ask", [judge, preview, missing, stored])
def test_names_are_no_rubric_and_no_judge(tmp_path: Path, ask: Callable[..., object]) -> None:
    with pytest.raises(BadInputError, match="takes a Rubric, since its words are sent"):
        ask(log_of(2), "goal_completion", lenient(), store=tmp_path / "s")
    with pytest.raises(BadInputError, match="takes a Judge, such as"):
        ask(log_of(2), RUBRIC, "haiku-5-5", store=tmp_path / "s")


def test_an_empty_log_is_told_as_one(tmp_path: Path) -> None:
    empty = from_frames(log_of(1).traces.iloc[:0])
    told = run(empty, tmp_path / "s", judge=lenient())
    assert told.band == "unknown"
    assert told.headline.endswith("this log holds nothing that could be judged.")
    assert preview(empty, RUBRIC, lenient(), store=tmp_path / "s").facts()["calls"].value == 0
    assert len(stored(empty, RUBRIC, lenient(), store=tmp_path / "s").scores) == 0
