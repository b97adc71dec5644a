"""Are failures told apart, counted once, known again, and shown by traces that are typical?"""

import os
import re
import subprocess
import sys
from functools import lru_cache
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import agentlens as al
from agentlens.analysis.failures.catalogue import recognised
from agentlens.analysis.failures.columns import texts_of
from agentlens.analysis.failures.events import events_of
from agentlens.analysis.failures.failures import Failures
from agentlens.analysis.failures.kinds import KINDS, kind_of
from agentlens.analysis.failures.patterns import masked
from agentlens.analysis.failures.steps import template
from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, tiny_log


@lru_cache(maxsize=1)
def _found() -> Failures:
    return al.failures(demo_log(), most=200)


def _steps(*steps: dict[str, Any], traces: int = 3, **columns: object) -> Log:
    """Return traces, and their steps: kind, name, status, error_type, error_message, trace."""
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{one}" for one in range(traces)],
            "user_id": [f"u{one}" for one in range(traces)],
            "start": START + pd.to_timedelta(range(traces), unit="h"),
            "status": "ok",
            **columns,
        }
    )
    rows = [
        {
            "span_id": f"s{at}",
            "trace_id": f"t{one.get('trace', 0)}",
            "kind": "tool",
            "name": "search",
            "start": START,
            "status": "error",
            "error_type": "E",
            "error_message": "broken",
        }
        | {key: value for key, value in one.items() if key != "trace"}
        for at, one in enumerate(steps)
    ]
    return al.from_frames(frame, pd.DataFrame(rows))


def test_an_error_that_the_agent_recovered_from_is_found_and_not_held_against_the_trace() -> None:
    frame = _found().frame
    row = frame[frame["says"].str.startswith("UpstreamSchemaError")].iloc[0]
    assert (row["tool"], row["kind"]) == ("search_orders", "schema or argument")
    planted = demo_log().truth
    assert planted is not None
    assert row["n"] == planted.set_index("incident").loc["schema_error", "traces"]
    assert 0 < row["ended"] < row["n"]


def test_the_list_keeps_places_for_what_says_its_cause_and_for_rare_harm() -> None:
    frame = al.failures(demo_log()).frame
    assert len(frame) == 20
    caused = ~frame["kind"].isin(["user-side signal", "judged"])
    assert caused.sum() >= 10
    assert "fails policy" in frame["name"].tolist()
    assert frame["n"].is_monotonic_decreasing


def test_a_failure_counts_once_a_trace_and_an_echo_is_no_second_one() -> None:
    log = _steps(
        {},
        {"error_message": "broken"},
        {"kind": "agent", "name": "root"},
        {"trace": 1, "kind": "agent", "name": "root", "error_message": "gave up"},
    )
    frame = al.failures(log).frame
    assert frame[["says", "n"]].to_numpy().tolist() == [["broken", 1], ["gave up", 1]] or frame[
        ["says", "n"]
    ].to_numpy().tolist() == [["gave up", 1], ["broken", 1]]


@given(st.integers(0, 10**9), st.text(alphabet="abcdef", min_size=1, max_size=20))
def test_numbers_ids_and_quoted_words_do_not_make_another_failure(n: int, word: str) -> None:
    want = template("order 1 of 'x' is not in https://a.b/1")
    assert template(f"order {n} of '{word}' is  not in https://c.d/{n}") == want
    assert template("it isn't the customer's fault") == "it isn't the customer's fault"


def test_the_same_message_of_another_tool_or_type_is_another_failure() -> None:
    log = _steps({}, {"name": "pay"}, {"error_type": "F"}, {"error_message": "other"})
    assert al.failures(log).frame["id"].nunique() == 4


def test_ids_are_the_same_in_any_order_and_in_any_part() -> None:
    log = demo_log()
    rng = np.random.default_rng(1)
    mixed = Log(
        traces=log.traces.iloc[rng.permutation(len(log))].reset_index(drop=True),
        spans=log.spans.iloc[rng.permutation(len(log.spans))].reset_index(drop=True),
        scores=log.scores.iloc[rng.permutation(len(log.scores))].reset_index(drop=True),
    )
    other = al.failures(mixed, most=200)
    pd.testing.assert_frame_equal(_found().frame, other.frame)
    names = _found().frame.set_index("id")["name"]
    for week in (("2026-10-26", "2026-11-02"), ("2026-11-09", "2026-11-16")):
        part = al.failures(log, current=week, most=200)
        told = part.frame[part.frame["error"] != ""]
        assert len(told) >= 15
        assert set(told["id"]) <= set(names.index)
        assert (names[told["id"]].to_numpy() == told["name"].to_numpy()).all()


def test_last_weeks_ids_are_kept_for_what_only_a_text_tells() -> None:
    first = al.failures(demo_log(), current=("2026-10-19", "2026-10-26"), most=200)
    part = demo_log().between("2026-10-26", "2026-11-02")
    alone, known = al.failures(part, most=200), al.failures(part, known=first.catalogue, most=200)
    silent = ["user-side signal", "judged"]
    kept, fresh = (
        len(set(one.frame.loc[one.frame["kind"].isin(silent), "id"]) & set(first.catalogue["id"]))
        for one in (known, alone)
    )
    assert kept > fresh
    assert kept >= 0.8 * known.frame["kind"].isin(silent).sum()
    assert known.frame["id"].is_unique
    assert known.catalogue["id"].is_unique
    assert set(first.catalogue["id"]) <= set(known.catalogue["id"])


def test_the_catalogue_can_be_saved_as_plain_text() -> None:
    first = al.failures(demo_log(), current=("2026-10-19", "2026-10-26"), most=200).catalogue
    saved = pd.read_csv(StringIO(first.to_csv(index=False)))
    events = events_of(demo_log().between("2026-10-26", "2026-11-02"))
    again, direct = recognised(events, saved), recognised(events, first)
    assert again.kinds["id"].tolist() == direct.kinds["id"].tolist()
    with pytest.raises(BadInputError, match="lacks the columns"):
        al.failures(demo_log(), known=pd.DataFrame({"id": []}))


def test_shares_lie_within_their_limits_and_kinds_are_those_named() -> None:
    for frame in (_found().frame, _found().taxonomy):
        assert ((frame["low"] < frame["share"]) & (frame["share"] < frame["high"])).all()
        assert (frame["n"] >= frame["users"]).all()
        assert frame["kind"].isin(KINDS).all()


def test_a_user_who_repeats_makes_the_interval_wider() -> None:
    one, many = (
        _steps(
            *({"trace": at} for at in range(10)),
            traces=100,
            user_id=[f"u{0 if same and at < 10 else at}" for at in range(100)],
        )
        for same in (True, False)
    )
    wide, narrow = (al.failures(log).frame.iloc[0] for log in (one, many))
    assert (wide["users"], narrow["users"]) == (1, 10)
    assert wide["high"] - wide["low"] > 2 * (narrow["high"] - narrow["low"])
    assert narrow["low"] == pytest.approx(0.0490, abs=1e-4)  # Clopper-Pearson of 10 in 100
    assert narrow["high"] == pytest.approx(0.1762, abs=1e-4)


def test_the_course_over_time_adds_up_to_the_counts() -> None:
    found = _found()
    total = found.over_time.groupby("id")["n"].sum()
    assert (total[found.frame["id"]].to_numpy() == found.frame["n"].to_numpy()).all()


def test_examples_are_of_different_users_and_show_the_failure() -> None:
    users = demo_log().traces.set_index("trace_id")["user_id"]
    for row in _found().frame.head(10).to_dict("records"):
        assert len(set(users[list(row["examples"])])) == len(row["examples"]) == 5
    signals = {signal.what: signal for signal in _found().signals()}
    upstream = next(one for what, one in signals.items() if "UpstreamSchema" in what)
    spans = demo_log().spans
    shown = spans[spans["error_message"].str.contains("UpstreamSchema", na=False)]["trace_id"]
    assert set(upstream.trace_ids) == set(shown)


_TYPICAL = """
from random import Random
from agentlens.analysis.failures.texts import alike
draw, words = Random(3), "the refund of my order did not arrive although you said so by friday".split()
texts = [" ".join(one for one in words if draw.random() < 0.8) for _ in range(300)]
print(alike(texts)[2].tolist())
"""


def test_the_same_text_is_the_typical_one_in_every_process() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", _TYPICAL],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert len(said[0]) > 100
    assert said[0] == said[1] == said[2]


def test_what_users_object_to_is_one_failure_where_it_is_worded_alike() -> None:
    asked = [
        f"please refund the {thing}, it arrived damaged"
        for thing in ("lamp", "tent", "chair", "kettle")
    ]
    log = tiny_log()
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{one}" for one in range(8)],
            "start": START + pd.to_timedelta(range(8), unit="h"),
            "input": [*asked, *asked],
            "user_corrected": [True] * 6 + [False] * 2,
        }
    )
    found = al.failures(al.from_frames(frame, log.spans, log.scores))
    assert found.frame[["kind", "n"]].to_numpy().tolist() == [["user-side signal", 6]]
    assert found.frame["name"].iloc[0] == "users object: please refund the … it arrived damaged"


def test_a_sampled_judge_is_counted_among_what_it_saw() -> None:
    frame = _found().frame
    judged = frame[frame["kind"] == "judged"]
    assert (judged["seen"] < 5000).all()
    assert (frame.loc[frame["kind"] == "timeout", "seen"] == len(demo_log())).all()


def test_a_catalogue_and_a_watch_list_must_be_what_they_are() -> None:
    log = plain_log(400, hours=200)
    with pytest.raises(BadInputError, match=r"known= is the \.catalogue"):
        al.failures(log, known=5)  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="watch_for= names checks"):
        al.emerging(log, watch_for=3)  # type: ignore[arg-type]


def test_a_sample_that_holds_failures_more_often_does_not_raise_their_share() -> None:
    whole = plain_log(4000, hours=48)
    part = al.sample(whole, rate=0.2, boost=1.0, triggers={"bad": "user_corrected"}, per_day=None)
    told, truth = (al.failures(one).headline for one in (part, whole))
    share, fair = (float(one.split("(")[1].split("%")[0]) for one in (told, truth))
    raw = 100 * float(part.traces["user_corrected"].mean())
    assert "of the traffic, weighted" in told
    assert share == pytest.approx(fair, rel=0.15)
    assert raw > 1.5 * fair


def test_a_tool_with_thousands_of_messages_gives_one_heap_of_rare_ones() -> None:
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("bcdfghjklm"), 9)) for _ in range(300)]
    steps = [{"trace": at % 300, "error_message": f"no {words[at % 300]}"} for at in range(300)]
    steps += [{"trace": at, "error_message": "the usual"} for at in range(40)]
    found = al.failures(_steps(*steps, traces=300), most=100)
    assert len(found.frame) == 51
    names = found.frame.set_index("says")["n"]
    assert names["the usual"] == 40
    assert names["(rarer messages)"] == 251


@pytest.mark.parametrize(
    "error, says, kind",
    [
        ("", "429 Too Many Requests", "rate limit"),
        ("tool_failure", "ConnectionTimeout: nothing", "timeout"),
        ("refusal", "", "refusal"),
        ("X", "ValidationError: unknown reference", "schema or argument"),
        ("X", "403 Forbidden", "access"),
        ("model_error", "", "model or provider"),
        ("X", "no idea", "tool failure"),
    ],
)
def test_errors_are_sorted_into_kinds(error: str, says: str, kind: str) -> None:
    assert kind_of(error, says, "tool", tool=True) == kind


def test_columns_that_say_nothing_or_mix_types_are_no_failure_and_no_crash() -> None:
    nothing = tiny_log(error_type=None, input=None, user_corrected=None)
    assert al.failures(nothing).band == "unknown"
    mixed = _steps({"error_message": 5}, {"error_message": None, "trace": 1}, {"error_type": None})
    assert al.failures(mixed).frame["n"].sum() == 3
    assert al.failures(plain_log(50, hours=5, rate=1.0)).band == "pass"
    all_bad = al.failures(tiny_log(status="error"))
    assert all_bad.frame[["n", "ended"]].to_numpy().tolist() == [[3, 3]]


def test_an_empty_log_and_bad_arguments_are_named() -> None:
    empty = Log(traces=tiny_log().traces.iloc[:0])
    assert (
        al.failures(empty).headline == "The log is empty: there is nothing that could have failed."
    )
    with pytest.raises(BadInputError, match="whole number from 1"):
        al.failures(demo_log(), most=0)
    with pytest.raises(BadInputError, match="holds no trace"):
        al.failures(demo_log(), current=("2027-01-01", "2027-01-02"))


@given(
    st.text("ab-_1 2.:,@<>AZ\n\u2003\u0663é/h", max_size=30),
    st.sampled_from(["", "<PERSON_AB1>", "http://a.b/c", "u_abcdefghij2345672345", " deadbeef"]),
)
def test_a_mask_that_is_passed_over_would_have_found_nothing(words: str, more: str) -> None:
    plain = words + more
    for mask, instead in (
        (r"<([A-Z]+(?:_[A-Z]+)*)_[A-Z0-9]{1,8}>", r"<\1>"),
        (r"[^\s@<>]{1,64}@[^\s@<>]{1,255}", "<email>"),
        (r"https?://\S{1,500}", "<link>"),
        (r"\b[us]_[a-z2-7]{20}\b", "#"),
        (r"[\w-]*\d[\w-]*(?:[.:,]\d[\w-]*)*", "#"),
        (r"(?i)\b[0-9a-f]{8,}\b", "#"),
        (r"\s+", " "),
    ):
        plain = re.sub(mask, instead, plain)
    assert masked(words + more) == plain.strip()


@pytest.mark.parametrize("kind", ["str", object, "category"])
def test_a_column_says_the_same_however_it_is_stored(kind: Any) -> None:
    column = pd.Series(["refund", None, "", "zurück"], dtype=object).astype(kind)
    assert texts_of(pd.DataFrame({"input": column}), "input") == ["refund", "", "", "zurück"]


def test_an_agent_passes_on_an_error_of_its_own_type_and_words_alone() -> None:
    words = {"error_type": "a|b", "error_message": "c"}
    other = {"kind": "agent", "name": "plan", "error_type": "a", "error_message": "b|c"}
    assert len(events_of(_steps(words, other)).kinds) == 2
    assert len(events_of(_steps(words, other | words)).kinds) == 1


def test_an_agent_passes_on_an_error_of_its_own_trace_alone() -> None:
    first = {"error_type": "first", "error_message": "no answer", "trace": 2}
    later = {"error_type": "later", "error_message": "no answer", "trace": 0}
    agent = {"kind": "agent", "name": "plan"}
    found = events_of(_steps(first, later, agent | first | {"trace": 1}, agent | later))
    assert sorted(found.rows["position"]) == [0, 1, 2]


def test_failures_know_the_weight_of_every_source_that_saw_them() -> None:
    found = events_of(demo_log())
    rows = found.whole
    assert rows["trace_id"].tolist() == [
        demo_log().traces["trace_id"].iloc[at] for at in found.rows["position"]
    ]
    for place in range(len(found.kinds)):
        own = rows[rows["failure"] == place]
        assert own["weight"].tolist() == found.weight(place)[own["position"]].tolist()
    assert (rows["weight"] > 0).all()
