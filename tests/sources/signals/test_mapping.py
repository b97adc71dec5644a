"""Does a mapping do what it says, and does a wrong one say what is wrong?"""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.signals.mapping.expressions import (
    Expression,
    Function,
    Ranged,
    Score,
    ScoreTest,
    TagPrefix,
)
from agentlens.sources.signals.mapping.parse import parse, parse_mapping
from agentlens.sources.signals.rules import COLUMNS, SIGNALS, SLICES
from tests.sources.signals.logs import derived, random_tables
from tests.sources.signals.talks import NOW, OUTCOMES, Tables

NONE = pd.DataFrame({"trace_id": pd.Series(dtype="str")})
EVERY = sorted({str(one) for rule in (*SIGNALS, *SLICES) for one in rule.tried})


def _log(
    *, keys: dict[str, str] | None = None, score: tuple[str, list[float]] | None = None, **more: Any
) -> Tables:
    """Return two traces; the keys and the first score are those of the first."""
    base = {"trace_id": ["a", "b"], "start": NOW - pd.Timedelta("1h"), "status": "ok"}
    held = [{"trace_id": "a", "key": key, "value": value} for key, value in (keys or {}).items()]
    name, values = score or ("", [])
    scores = pd.DataFrame(
        {"score_id": list("12"), "trace_id": list("ab"), "name": name, "value": values}
        if values
        else {"trace_id": []}
    )
    metadata = pd.DataFrame(held, columns=["trace_id", "key", "value"]).astype("str")
    return Tables(pd.DataFrame(base | more), NONE, scores, metadata)


def _found(log: Tables, column: str, source: Any, **more: Any) -> list[Any]:
    values = derived(log, mapping={column: source}, **more).traces[column]
    return [None if pd.isna(one) else one for one in values]


@pytest.mark.parametrize("text", EVERY)
def test_an_expression_is_read_back_from_its_own_text(text: str) -> None:
    assert str(parse("x", text)) == text


@pytest.mark.parametrize("spelling", ["customer-tier", "Customer Tier", "customer.tier"])
def test_names_meet_in_any_spelling(spelling: str) -> None:
    log = _log(keys={spelling: "gold"})
    assert _found(log, "segment", "metadata.customer_tier") == ["gold", None]
    assert _found(_log(keys={"customer_tier": "gold"}), "segment", f"metadata.{spelling}") == [
        "gold",
        None,
    ]


def test_every_kind_of_expression_finds_what_it_names() -> None:
    steps = pd.DataFrame(
        {
            "trace_id": ["a", "b", "a"],
            "span_id": list("123"),
            "kind": ["tool", "event", "llm"],
            "name": ["create-ticket", "paste", "create-ticket"],
            "start": NOW,
        }
    )
    keys = {"attributes.gen_ai.workflow.name": "refunds", "resourceAttributes.zone": "eu"}
    log = replace(_log(keys=keys, tags=["team:a:b,x", None], shop=["lyon", None]), spans=steps)
    assert _found(log, "task_type", "attr:gen_ai.workflow.name") == ["refunds", None]
    assert _found(log, "zone", "attr:zone") == ["eu", None]
    assert _found(log, "escalated", "span:Create Ticket") == [True, False]
    assert _found(log, "copied", "event:paste") == [False, True]
    assert _found(log, "copied", "tag:X") == [True, False]
    assert _found(log, "team", "tag:team:*") == ["a:b", None]
    assert _found(log, "team", "tag:team:a:*") == ["b", None]
    assert _found(log, "segment", "field:Shop") == ["lyon", None]
    assert _found(log, "segment", lambda frame: frame["shop"].str.upper()) == ["LYON", None]
    scored = _log(score=("quality", [4.0, 2.0]))
    assert _found(scored, "completed", "score:quality>=4") == [True, False]
    assert _found(scored, "completed", "score:quality != 4") == [False, True]
    assert _found(scored, "user_rating", ("score:quality", 0, 5)) == [0.8, 0.4]
    assert _found(scored, "user_rating", ("score:quality", 5, 1)) == [0.25, 0.75]


def test_the_first_that_is_present_wins_row_by_row() -> None:
    log = _log(keys={"plan": "gold"}, shop=["lyon", "rome"])
    assert _found(log, "segment", ["metadata.plan", "field:shop"]) == ["gold", "rome"]
    assert _found(log, "segment", ["field:shop", "metadata.plan"]) == ["lyon", "rome"]
    lines = derived(log, mapping={"segment": ["field:shop", "metadata.plan"]}).problems
    assert not [one for one in lines if one.action == "conflict"]


def test_a_mapping_takes_the_place_of_the_columns_own_rules() -> None:
    log = _log(keys={"plan": "gold"}, tags=["escalated", None])
    assert _found(log, "segment", []) == [None, None]
    assert _found(log, "escalated", "tag:vip") == [None, None]
    assert _found(log, "completed", []) == [None, None]


def test_silence_about_a_mapped_signal_is_what_the_user_says() -> None:
    log = _log(tags=["web", None])
    assert _found(log, "user_corrected", "tag:fixme") == [None, None]
    assert _found(log, "user_corrected", "tag:fixme", absent="false") == [False, False]
    assert _found(log, "user_corrected", "tag:web") == [True, False]
    assert _found(log, "user_corrected", "tag:web", absent="missing") == [True, None]


def test_a_score_that_means_a_signal_stays_a_score_and_a_key_that_fills_a_column_no_other() -> None:
    found = derived(_log(keys={"plan": "gold", "shop": "lyon"})).traces
    assert found["segment"].tolist()[0] == "gold"
    assert "meta_shop" in found
    assert "meta_plan" not in found


@pytest.mark.parametrize(
    "source, says",
    [
        ("scores:x", "Did you mean 'score:x'"),
        ("meta.x", "Did you mean 'metadata.x'"),
        ("metadata:x", "Did you mean 'metadata.x'"),
        ("escalated", "Say 'metadata.escalated', 'score:escalated'"),
        ("tag:", "names nothing after 'tag:'"),
        ("score:x>=high", "compares a score with a number"),
        (7, "is text, a function, or text with its range, not 7"),
        (("score:x", 1), "given as"),
        (("score:x", 1, 1), "worst value first"),
        (("score:x", True, 5), "worst value first"),
        (("tag:x", 0, 1), "tag:x is true or false and has no range"),
    ],
)
def test_an_expression_that_cannot_be_read_says_what_to_write(source: Any, says: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse("escalated", source)
    assert says in str(caught.value)
    assert "Did you mean" in says or "escalated" in str(caught.value) or "score" in says


def test_a_misspelt_signal_is_not_taken_for_a_new_column() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'escalated'"):
        parse_mapping({"escalatd": "tag:x"}, COLUMNS)
    with pytest.raises(BadInputError, match="cannot be mapped"):
        parse_mapping({"trace_id": "tag:x"}, COLUMNS)
    assert set(parse_mapping({"country": "metadata.country"}, COLUMNS)) == {"country"}


def test_a_wrong_word_about_absence_is_refused() -> None:
    with pytest.raises(BadInputError, match="'false' or 'missing', not 'no'"):
        derived(_log(), absent={"copied": "no"})
    with pytest.raises(UnknownNameError, match="Did you mean 'copied'"):
        derived(_log(), absent={"copyed": "false"})


def test_a_function_must_give_one_value_a_trace() -> None:
    with pytest.raises(BadInputError, match="one value for each of 2 traces, not 1 rows"):
        derived(_log(), mapping={"segment": lambda frame: frame["status"].head(1)})
    with pytest.raises(BadInputError, match="not list"):
        derived(_log(), mapping={"segment": lambda _: ["a", "b"]})


def test_a_mapped_name_that_is_not_there_is_told_with_the_nearest() -> None:
    found = derived(
        _log(keys={"customer_plan": "gold"}), mapping={"segment": "metadata.custmer_plan"}
    )
    line = next(one for one in found.problems if "was not found" in one.detail)
    assert line.field == "segment"
    assert "Did you mean 'customer_plan'" in line.detail
    gone = derived(_log(), mapping={"segment": "field:statu"})
    assert any("Did you mean 'status'" in one.detail for one in gone.problems)


def test_what_was_there_is_kept_and_the_difference_is_told() -> None:
    log = _log(keys={"chat": "c1"}, session_id=["s1", None])
    found = derived(log, mapping={"session_id": "metadata.chat"})
    assert found.traces["session_id"].tolist()[0] == "s1"
    assert any(one.action == "conflict" and one.n == 1 for one in found.problems)


def test_a_mapped_session_is_the_one_in_which_turns_are_looked_for() -> None:
    log = _log(input=["Where is my order?", "No, that is wrong"])
    keys = pd.DataFrame({"trace_id": list("ab"), "key": "chat", "value": "c1"})
    traces = log.traces.assign(start=[NOW - pd.Timedelta(m, "min") for m in (60, 58)])
    log = replace(log, traces=traces, metadata=keys)
    assert derived(log).traces["user_corrected"].isna().all()
    found = derived(log, mapping={"session_id": "metadata.chat"}).traces
    assert found["user_corrected"].tolist() == [True, False]


def test_a_rating_of_unknown_range_is_asked_about() -> None:
    log = _log(score=("rating", [4.0, 2.0]))
    found = derived(log)
    assert found.traces["user_rating"].isna().all()
    line = next(one for one in found.problems if "in which range?" in one.detail)
    assert (line.n, line.examples) == (2, ("2", "4"))
    assert "('score:rating', 1, 5)" in line.detail
    with pytest.raises(BadInputError, match="in which range"):
        derived(log, mapping={"user_rating": "score:rating"})


def test_what_users_wrote_is_not_shown() -> None:
    found = derived(_log(keys={"feedback": "Call me at 555 0100", "escalated": "to Ann B."}))
    told = " ".join(f"{one.detail} {one.examples}" for one in found.problems)
    assert "555" not in told
    assert "Ann" not in told
    assert "metadata.feedback holds other text, which is no rating" in told


def test_one_star_is_not_taken_for_a_yes() -> None:
    log = _log(score=("stars", [1.0, 1.0]))
    assert derived(log).traces["user_rating"].isna().all()
    assert derived(log, ratings={"Stars": (1, 5)}).traces["user_rating"].tolist() == [0.0, 0.0]


def test_a_rating_outside_its_range_is_missing_and_counted() -> None:
    log = _log(score=("stars", [4.0, 9.0]))
    assert _found(log, "user_rating", ("score:stars", 1, 5)) == [0.75, None]
    found = derived(log, ratings={"stars": (1, 5)})
    assert any(one.examples == ("9",) for one in found.problems)
    counted = derived(log, mapping={"user_rating": ("score:stars", 1, 5)})
    assert any("outside this range" in one.detail and one.n == 1 for one in counted.problems)


def test_categories_are_rated_by_the_numbers_that_the_source_gives_them() -> None:
    log = _log(score=("csat", [0.0, 0.0]))
    worded = replace(log, scores=log.scores.assign(label=["Great", "poor"]))
    ranges = {"csat": {"poor": 1.0, "fair": 2.0, "great": 3.0}}
    assert derived(worded, ratings=ranges).traces["user_rating"].tolist() == [1.0, 0.0]


def test_expressions_are_values_that_another_engine_can_read() -> None:
    mapping = parse_mapping(
        {"user_rating": [("score:stars", 1, 5), "score:ok==1"], "team": "tag:team:*"}, COLUMNS
    )
    expected: dict[str, tuple[Expression, ...]] = {
        "user_rating": (Ranged(Score("stars"), 1.0, 5.0), ScoreTest("ok", "==", 1.0)),
        "team": (TagPrefix("team"),),
    }
    assert mapping == expected
    assert isinstance(parse("x", str.upper), Function)


@settings(max_examples=15, deadline=None)
@given(random_tables(), st.sampled_from([*OUTCOMES, "task_type", "segment", "device"]))
def test_a_column_mapped_to_itself_is_itself(given_tables: Tables, column: str) -> None:
    once = derived(given_tables).traces
    again = derived(
        replace(given_tables, traces=once.drop(columns=column).assign(native=once[column])),
        mapping={column: "field:native"},
    ).traces[column]
    pd.testing.assert_series_equal(again, once[column])


@settings(max_examples=15, deadline=None)
@given(random_tables(), st.sampled_from(["copied", "segment"]))
def test_a_columns_own_names_written_as_a_mapping_change_nothing(
    given_tables: Tables, column: str
) -> None:
    own = [str(one) for one in COLUMNS[column].tried]
    plain = derived(given_tables).traces[column]
    mapped = derived(given_tables, mapping={column: own}).traces[column]
    pd.testing.assert_series_equal(mapped, plain)
