"""Does a check answer truly, and do its verdicts become scores that can be trusted?"""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.errors import BadInputError
from agentlens.measures.estimate import estimate
from agentlens.measures.rows import metric_rows
from agentlens.scoring.checks.catalogue import checks, usual
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.checking import check
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import demo_log, tiny_log
from tests.scoring.checks.worlds import NOW, answer, log_of

SECRETS = (
    "ann.smith@example.com",
    "+49 170 1234567",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "203.0.113.77",
    "sk-ant-api03-Zx81kQ7b2Lm9TfQ",
    "hunter2-is-my-password",
)
EVERY = (
    checks.json_schema({"type": "object", "properties": {"a": {"type": "integer"}}}),
    checks.pii(),
    checks.pii(leak=True),
    checks.citations(),
    checks.tools_allowed(["find"], schemas={"find": {"properties": {"q": {"maxLength": 3}}}}),
    checks.ids_exact("[A-Za-z0-9-]{10,}"),
    checks.exact("input"),
    checks.shape(3, 20),
    checks.language(min_words=1),
    checks.refusal(),
    checks.budget(latency_s=1, tool_calls=1),
    checks.repeated_prompt(),
    checks.tool_loop(),
)
BRIEF = Check.of(lambda log: log.traces["output"].str.len() < 5, name="brief", needs=["output"])


def _hostile(texts: list[Any]) -> Log:
    """Return traces in which every text holds something that must not travel."""
    n = len(texts)
    calls = [
        {"trace_id": f"t{at}", "kind": "tool", "name": "other", "input": f'{{"q": "{one}"}}',
         "output": one}
        for at, one in enumerate(texts)
    ] * 3  # fmt: skip
    found = [
        {"trace_id": f"t{at}", "kind": "retrieval", "output": f'["{one}", "b"]', "input": one}
        for at, one in enumerate(texts)
    ]
    return log_of(
        [f'{one} [9] https://x.example/{at} "so it was said by all of us {one}"'
         for at, one in enumerate(texts)],
        [*calls, *found],
        input=[f"Tell me of {one} please" for one in texts][::-1],
        session_id=["s"] * n,
        latency_s=[5.0] * n,
        tool_calls=[3] * n,
    )  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(SECRETS), min_size=1, max_size=6))
def test_no_comment_no_headline_and_no_card_quotes_a_text(secrets: list[str]) -> None:
    result = check(_hostile([*secrets]), EVERY, now=NOW)
    told = [*result.log.scores["comment"].dropna(), result.headline, *result.caveats]
    whole = " ".join([*told, result.card(), result.to_json(), repr(result.checks)])
    for one in SECRETS:
        assert one not in whole
    assert (result.log.scores["value"] < 1).sum() >= 5


def test_the_scores_have_the_columns_that_were_agreed() -> None:
    log = log_of(["abc", "abcdefg", None])
    scores = answer(log, BRIEF).log.scores
    one = scores.iloc[1]
    assert one["score_id"].endswith("-t1")
    assert scores["trace_id"].tolist() == ["t0", "t1"]
    assert scores["value"].tolist() == [1.0, 0.0]
    assert scores["label"].tolist() == ["pass", "fail"]
    assert (one["name"], one["rubric"], one["kind"]) == ("brief", "brief", "boolean")
    assert (one["source"], one["rubric_version"]) == ("check", "1:44136fa3")
    assert (one["time"], one["inclusion_p"]) == (NOW, 1.0)
    assert "score:brief" in al.metrics(answer(log, BRIEF).log)["name"].tolist()


def test_run_again_a_check_replaces_its_scores_and_leaves_all_others() -> None:
    log = demo_log().last("24h")
    once = check(log, now=NOW).log
    twice = check(once, now=NOW).log
    pd.testing.assert_frame_equal(once.scores, twice.scores)
    pd.testing.assert_frame_equal(once.scores.iloc[: len(log.scores)], log.scores)
    assert once.scores["score_id"].is_unique
    assert "no_pii" in set(twice.scores["name"])


def test_another_parameter_is_another_version_whose_scores_stand_beside() -> None:
    log = log_of(["abc", "abcdefg"])
    first = answer(log, checks.shape(5)).log
    both = check(first, checks.shape(2), now=NOW + pd.Timedelta("1h")).log
    assert len(both.scores) == 4
    assert both.scores["rubric_version"].nunique() == 2
    assert both.wide()["score:shape"].tolist() == [1.0, 1.0]  # the newest counts
    back = check(both, checks.shape(5), now=NOW + pd.Timedelta("2h")).log
    assert len(back.scores) == 4
    assert back.wide()["score:shape"].tolist() == [0.0, 1.0]


def test_a_trace_to_which_a_check_no_longer_applies_loses_its_score() -> None:
    before = answer(log_of(["abc", "x"]), BRIEF).log
    traces = before.traces.assign(output=pd.Series(["abc", None], dtype="str"))
    after = answer(replace(before, traces=traces), BRIEF).log
    assert after.scores["trace_id"].tolist() == ["t0"]


def test_scores_of_other_traces_stay() -> None:
    whole = answer(log_of(["abc", "abcdefg"]), BRIEF).log
    part = whole.where(trace_id="t0")
    assert len(answer(replace(whole, traces=part.traces), BRIEF).log.scores) == 2


def test_the_log_that_was_given_is_not_changed() -> None:
    log = demo_log().last("24h")
    before = log.scores.copy(), log.traces.copy(), log.spans.copy()
    check(log)
    for frame, copy in zip((log.scores, log.traces, log.spans), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_the_same_rows_in_another_order_have_the_same_verdicts(seed: int) -> None:
    log = demo_log().last("24h")
    asked = (*usual(), checks.pii(), checks.ids_exact("W-[0-9]{6}", within="session"))
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(one)) for one in (log.traces, log.spans)]
    mixed = replace(log, traces=log.traces.iloc[orders[0]].reset_index(drop=True),
                    spans=log.spans.iloc[orders[1]].reset_index(drop=True))  # fmt: skip
    one, other = (check(each, asked, now=NOW) for each in (log, mixed))
    pd.testing.assert_frame_equal(one.frame, other.frame)
    first, second = (
        each.log.scores.sort_values("score_id", ignore_index=True) for each in (one, other)
    )
    pd.testing.assert_frame_equal(first, second)


@given(st.integers(0, 9), st.integers(0, 9))
def test_an_edition_is_the_same_exactly_where_the_parameters_are(one: int, other: int) -> None:
    left, right = checks.shape(one), checks.shape(other)
    assert (left.edition == right.edition) == (one == other)
    assert (left == right) == (one == other)
    assert (hash(left) == hash(right)) or one != other


def test_the_order_in_which_parameters_are_given_is_no_other_edition() -> None:
    one = Check.of(lambda _: [True], name="a", params={"x": 1, "y": [2, None]})
    other = Check.of(lambda _: [True], name="a", params={"y": [2, None], "x": 1})
    assert one.edition == other.edition


def test_every_parameter_of_every_check_is_in_its_edition() -> None:
    some = [
        *(checks.json_schema({}), checks.json_schema({}, allow_fence=True)),
        *(checks.json_schema({}, formats=True), checks.json_schema({"type": "object"})),
        *(checks.json_schema({}, "input"), checks.pii(), checks.pii(["email"]), checks.pii(nations=["US"])),
        *(checks.pii(leak=True), checks.pii(allow=["@a.example"]), checks.pii(field="input")),
        *(checks.citations(), checks.citations("links"), checks.citations(quotations=False)),
        *(checks.citations(field="input"), checks.citations(kinds=["tool"])),
        *(checks.tools_allowed(["a"]), checks.tools_allowed(["b"]), checks.tools_allowed({"x": ["a"]})),
        *(checks.tools_allowed({"x": ["a"]}, "segment"), checks.tools_allowed(["a"], schemas={"a": {}})),
        *(checks.ids_exact("a"), checks.ids_exact("b"), checks.ids_exact("a", within="session")),
        *(checks.ids_exact("a", "input"), checks.exact("a"), checks.exact("b"), checks.exact("a", "input")),
        *(checks.exact("a", even=["case"]), checks.shape(), checks.shape(2), checks.shape(1, 2)),
        *(checks.shape(field="input"), checks.language(), checks.language("de"), checks.language(min_words=9)),
        *(checks.language(field="name"), checks.refusal(), checks.refusal("input")),
        *(checks.budget(steps=1), checks.budget(steps=2), checks.budget(tokens=1)),
        *(checks.repeated_prompt(), checks.repeated_prompt("1h"), checks.repeated_prompt(turns=4)),
        *(checks.tool_loop(), checks.tool_loop(4), checks.tool_loop(but=["a"])),
    ]  # fmt: skip
    labels = [one.label for one in some]
    assert len(set(labels)) == len(labels)


def test_shares_and_intervals_are_those_of_wilson() -> None:
    row = answer(log_of(["abc"] * 90 + ["abcdefg"] * 10), BRIEF).frame.iloc[0]
    low, high = wilson(np.array([10.0]), np.array([100.0]))
    assert (row["n"], row["failed"], row["passed"], row["share"]) == (100, 10, 90, 0.1)
    np.testing.assert_allclose([row["low"], row["high"]], [low[0], high[0]])


def test_users_with_many_traces_widen_the_interval() -> None:
    outputs = (["abc"] * 10 + ["abcdefg"] * 10) * 20
    alone = answer(log_of(outputs), BRIEF).frame.iloc[0]
    log = log_of(outputs, user_id=[f"u{at // 10}" for at in range(len(outputs))])
    shared = answer(log, BRIEF).frame.iloc[0]
    assert shared["share"] == alone["share"]
    assert shared["high"] - shared["low"] > 2 * (alone["high"] - alone["low"])


def test_a_sampled_log_is_weighted_back_here_and_wherever_the_scores_are_used() -> None:
    outputs = ["abc"] * 3000 + ["abcdefg"] * 1000
    log = log_of(outputs, status=["ok"] * 3000 + ["error"] * 1000)
    part = al.sample(log, rate=0.1, boost=1.0, triggers={"e": "status == 'error'"}, per_day=None)
    result = answer(part, BRIEF)
    naive = result.frame["failed"].iloc[0] / result.frame["n"].iloc[0]
    assert naive > 0.6
    assert result.frame["share"].iloc[0] == pytest.approx(0.25, abs=0.03)
    rows = metric_rows(result.log, "score:brief")
    told = estimate(rows, np.zeros(rows.positions.size, dtype=np.int64), 1).iloc[0]
    assert 1 - told["value"] == pytest.approx(result.frame["share"].iloc[0])
    assert any("probability" in note for note in result.caveats)


def test_below_twenty_counts_are_all_that_is_said() -> None:
    few = answer(log_of(["abc"] * 15 + ["abcdefg"] * 4), BRIEF)
    assert few.headline == "brief: 4 of 19 traces fail: failed 4."
    assert str(few.facts()["brief fails"]) == "4 of 19 fail"
    many = answer(log_of(["abc"] * 15 + ["abcdefg"] * 5), BRIEF)
    assert "25% [" in many.headline


def test_the_gravest_failure_leads_and_a_fact_is_no_alarm() -> None:
    log = log_of(
        ["I can't help with that.", "Mail bob@example.com", " ", "fine"] * 10,
        input=["hello"] * 40,
    )
    asked = [checks.refusal(), checks.shape(), checks.pii(leak=True)]
    result = answer(log, *asked)
    assert result.band == "act"
    assert result.headline.startswith("pii_leak: 10 of 40 outputs show a pattern")
    assert [one.what.split(":")[0] for one in result.signals()] == ["pii_leak", "shape", "refusal"]
    assert [one.bad for one in result.signals()] == [True, True, False]
    assert answer(log, *asked[:2]).band == "watch"
    assert answer(log, asked[0]).band == "pass"
    stern = replace(asked[1], severity="never")
    assert answer(log, stern).band == "act"
    assert stern.label == asked[1].label


def test_signals_carry_the_failing_traces_the_worst_then_the_newest_first() -> None:
    result = answer(log_of(["abcdefg", "abc", "abcdefg"]), BRIEF)
    (signal,) = result.signals()
    assert (signal.trace_ids, signal.n, signal.expected) == (("t2", "t0"), 3, 0.0)
    assert signal.value == pytest.approx(2 / 3)


def test_where_nothing_applies_the_answer_is_unknown_and_says_what_is_missing() -> None:
    result = answer(tiny_log(), checks.citations(), checks.tool_loop(), checks.shape())
    assert (result.band, result.signals()) == ("unknown", ())
    assert result.headline == (
        "citations: this log has no outputs; 0 of 3 checked, nor do 2 other checks apply."
    )
    assert len(result.log.scores) == 0
    assert answer(tiny_log(), checks.shape()).headline == (
        "shape: this log has no outputs; 0 of 3 checked."
    )


def test_an_empty_log_is_not_checked() -> None:
    empty = from_frames(pd.DataFrame({"trace_id": [], "start": []}))
    result = check(empty, EVERY, now=NOW)
    assert (result.band, result.headline) == (
        "unknown",
        "This log has no traces: nothing was checked.",
    )
    assert len(check(empty).log.scores) == 0
    assert result.figure().to_json()


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_every_check_survives_what_is_missing_odd_or_hostile(one: Check) -> None:
    odd = ["\x00", "\u202e", "a" * 100_000, "[" * 5_000, "{}", "<script>alert(1)</script>", "\ud7ff",
           "\n", "9" * 400, "\u3010" * 300, '"' * 999, "`" * 999, "https://" * 99]  # fmt: skip
    n = len(odd)
    spans = [{"trace_id": "t0", "kind": kind, "name": None, "input": None, "output": None}
             for kind in ("tool", "llm", "retrieval")]  # fmt: skip
    worlds = [
        tiny_log(),
        tiny_log(output=[None] * 3, input=[None] * 3, session_id=[None] * 3),
        log_of(odd, spans, input=odd[::-1], session_id=["s"] * n, latency_s=[None] * n),
        log_of(["x"] * 3, [{**spans[0], "trace_id": "elsewhere"}], input=["x"] * 3),
    ]
    for world in worlds:
        found = one.run(world)
        assert len(found.verdict) == len(world)
        assert np.isin(found.verdict, (-1, 0, 1)).all()
        assert (np.isnan(found.value) == (found.verdict == -1)).all()
        assert answer(world, one).card()


def test_a_function_of_ones_own_may_answer_in_many_ways() -> None:
    log = log_of(["a", "bb", "ccc"])
    for column in (
        pd.Series([True, False, None], dtype="boolean"),
        pd.Series([True, False, None], dtype="object"),
        [1.0, 0.0, None],
        np.array([1.0, 0.0, np.nan]),
    ):
        found = Check.of(lambda _, column=column: column, name="own").run(log)  # type: ignore[misc]
        assert found.verdict.tolist() == [1, 0, -1]


def test_a_frame_of_ones_own_brings_evidence_and_none_that_gives_somebody_away() -> None:
    told = pd.DataFrame(
        {"passed": [True, False, False], "evidence": ["x", "rule 7", "a@example.com"]}
    )
    one = Check.of(lambda _: told, name="own", question="Is it so?", severity="never")
    scores = answer(log_of(["a", "b", "c"]), one).log.scores
    assert scores["comment"].iloc[1] == "rule 7"
    assert scores["comment"].isna().iloc[0]
    assert scores["comment"].iloc[2].startswith("evidence hidden")
    assert answer(log_of(["a", "b", "c"]), one).band == "act"


@pytest.mark.parametrize(
    "column, said",
    [
        ([True], "answered 1 times for 3 traces"),
        (["yes", "no", "yes"], "answered str where true, false or missing was asked"),
        ([0.5, 1.0, 1.0], "answered float where true, false or missing was asked"),
        (pd.DataFrame({"verdict": [1, 1, 1]}), "its frame has no column 'passed'"),
    ],
)
def test_an_answer_that_is_none_is_refused(column: Any, said: str) -> None:
    one = Check.of(lambda _: column, name="own")
    with pytest.raises(BadInputError, match=said):
        check(log_of(["a", "b", "c"]), one)


def test_a_check_whose_columns_are_missing_applies_to_nothing() -> None:
    one = Check.of(lambda log: log.traces["mood"] == "good", name="mood", needs=["mood"])
    assert answer(log_of(["a"]), one).headline == (
        "mood: this log has no column 'mood'; 0 of 1 checked."
    )


def test_what_cannot_be_a_check_is_refused() -> None:
    log = log_of(["a"])
    with pytest.raises(BadInputError, match=r"Call it: al.checks.pii\(\), with parentheses"):
        check(log, [checks.pii])  # type: ignore[list-item]
    with pytest.raises(BadInputError, match=r"not the text 'pii'; al\.checks lists"):
        check(log, "pii")  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="Two checks are called 'shape'"):
        check(log, [checks.shape(), checks.shape(2)])
    assert len(check(log, [checks.shape(), checks.shape(2, name="long")]).frame) == 2
    with pytest.raises(BadInputError, match="asks nothing"):
        check(log, [])
    with pytest.raises(BadInputError, match="level lies between 0 and 1"):
        check(log, level=95)
    with pytest.raises(BadInputError, match="needs a name without an @"):
        Check.of(lambda _: [True], name="a@b")
    with pytest.raises(BadInputError, match="must be plain values that JSON knows"):
        Check.of(lambda _: [True], name="a", params={"f": print})
    with pytest.raises(BadInputError, match="severity 'bad' is none of"):
        Check.of(lambda _: [True], name="a", severity="bad")  # type: ignore[arg-type]


def test_a_check_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        BRIEF.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        BRIEF.params["a"] = 1  # type: ignore[index]


def test_the_catalogue_is_reached_by_one_name_and_all_of_it_is_documented() -> None:
    for name in vars(checks):
        if not name.startswith("_"):
            made = getattr(al.checks, name)
            assert made.__name__ == name
            assert ">>>" in made.__doc__
    assert {one.name for one in usual()} >= {"pii_leak", "shape", "citations", "refusal"}


def test_the_demo_shows_its_planted_leaks_and_no_other() -> None:
    log = demo_log()
    planted = log.scores[(log.scores["name"] == "no_pii") & (log.scores["value"] == 0)]
    found = answer(log, checks.pii(leak=True)).log.scores
    ours = found[(found["name"] == "pii_leak") & (found["value"] == 0)]
    assert set(ours["trace_id"]) == set(planted["trace_id"])
    assert len(ours) > 30
