"""Are outcomes yes, no or missing as a person would say, and is silence never a no by itself?"""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.signals import derive
from agentlens.sources.signals.heard import TURNS, heard
from agentlens.tables.conform import conform
from agentlens.tables.schema import TRACES
from tests.sources.signals.conversations import CONVERSATIONS
from tests.sources.signals.logs import derived, random_tables
from tests.sources.signals.talks import NOW, OUTCOMES, Tables, tables_of, truth_of

FLAGS = [name for name, kind in OUTCOMES.items() if kind == "boolean"]
STARS = {"stars": (1.0, 5.0)}
NONE = pd.DataFrame({"trace_id": pd.Series(dtype="str")})


def _bare(**columns: Any) -> Tables:
    """Return three answered traces of an hour ago, and nothing else about them."""
    base = {
        "trace_id": ["a", "b", "c"],
        "start": NOW - pd.Timedelta("1h"),
        "end": NOW - pd.Timedelta("59min"),
        "status": "ok",
    }
    return Tables(pd.DataFrame(base | columns), NONE, NONE, NONE)


def _scored(name: str, values: list[float | None], **more: Any) -> pd.DataFrame:
    rows = {"trace_id": ["a", "b", "c"], "score_id": ["1", "2", "3"], "name": name}
    frame = pd.DataFrame(rows | {"value": values, "source": "api"} | more)
    return frame[frame["value"].notna() | frame.get("label", frame["value"]).notna()]


def _listed(values: pd.Series) -> list[Any]:
    return [None if pd.isna(one) else one for one in values]


def test_sixty_conversations_have_the_outcomes_that_a_person_read_off_them() -> None:
    assert len(CONVERSATIONS) >= 60
    found = derived(tables_of(CONVERSATIONS), ratings=STARS).traces
    pd.testing.assert_frame_equal(found[list(OUTCOMES)], truth_of(CONVERSATIONS), check_exact=True)


def test_what_is_heard_by_itself_is_what_the_whole_derivation_makes_of_it() -> None:
    for tables in (tables_of(CONVERSATIONS), _bare()):
        found = heard(tables.traces, tables.spans, tables.scores, tables.metadata, now=NOW)
        whole = derive(tables.traces, tables.spans, tables.scores, tables.metadata, now=NOW).traces
        assert found.index.equals(tables.traces.index)
        pd.testing.assert_frame_equal(found, whole[["trace_id", *TURNS]], check_exact=True)


def test_the_same_conversations_leave_unknown_what_nothing_in_them_ever_says() -> None:
    quiet = tuple(
        one
        for one in CONVERSATIONS
        if not any(said.tags or said.scores or said.metadata or said.steps for said in one.said)
    )
    assert len(quiet) > 30
    unknown = truth_of(quiet).assign(escalated=None, copied=None, safety_flagged=None)
    found = derived(tables_of(quiet)).traces
    pd.testing.assert_frame_equal(found[list(OUTCOMES)], unknown.astype(OUTCOMES))


def test_the_traces_that_come_back_are_a_sound_table() -> None:
    found = derived(tables_of(CONVERSATIONS), ratings=STARS).traces
    checked = conform(found, TRACES)
    assert not checked.problems
    pd.testing.assert_frame_equal(checked.frame[list(OUTCOMES)], found[list(OUTCOMES)])


def test_where_nothing_is_said_everything_is_missing_and_the_report_says_how_to_map_it() -> None:
    found = derived(_bare(status=["ok", "ok", "open"]))
    for name in set(FLAGS) - {"completed", "abandoned"}:
        assert found.traces[name].isna().all(), name
        line = next(one for one in found.problems if one.field == name)
        assert line.action == "missing"
        assert line.n == 3
        assert f'mapping={{"{name}"' in line.detail
    assert found.traces["user_rating"].isna().all()


@pytest.mark.parametrize("name", ["escalated", "copied", "safety_flagged"])
def test_silence_is_a_no_only_once_the_signal_was_sent(name: str) -> None:
    tag = {"safety_flagged": "flagged"}.get(name, name)
    sent = _bare(tags=[tag, None, "web"])
    assert _listed(derived(sent).traces[name]) == [True, False, False]
    quiet = _bare(tags=["web", None, "web"])
    assert _listed(derived(quiet).traces[name]) == [None, None, None]
    assert _listed(derived(quiet, absent="false").traces[name]) == [False, False, False]
    assert _listed(derived(quiet, absent={name: "false"}).traces[name]) == [False, False, False]
    assert _listed(derived(sent, absent={name: "missing"}).traces[name]) == [True, None, None]


def test_what_is_sent_both_ways_is_missing_where_it_was_not_sent() -> None:
    both = replace(_bare(), scores=_scored("copied", [1.0, 0.0, None]))
    assert _listed(derived(both).traces["copied"]) == [True, False, None]
    when_true = replace(_bare(), scores=_scored("copied", [1.0, None, None]))
    assert _listed(derived(when_true).traces["copied"]) == [True, False, False]


def test_a_reviewer_who_did_not_look_did_not_say_no() -> None:
    reviewed = replace(_bare(), scores=_scored("escalated", [1.0, None, None], source="human"))
    assert _listed(derived(reviewed).traces["escalated"]) == [True, None, None]


def test_silence_about_a_running_trace_is_no_no() -> None:
    running = _bare(tags=["escalated", None, None], status=["ok", "open", "ok"])
    assert _listed(derived(running).traces["escalated"]) == [True, None, False]


def test_no_step_is_heard_in_a_trace_whose_steps_are_not_there() -> None:
    steps = pd.DataFrame(
        {
            "trace_id": ["a", "b"],
            "span_id": ["1", "2"],
            "kind": "tool",
            "name": ["handoff", "search"],
            "start": NOW,
        }
    )
    found = derived(replace(_bare(), spans=steps)).traces["escalated"]
    assert _listed(found) == [True, False, None]


def test_completion_follows_from_the_status_where_outputs_were_not_read() -> None:
    found = derived(_bare(status=["ok", "error", "incomplete"]))
    assert _listed(found.traces["completed"]) == [True, False, None]
    lengths = derived(_bare(output_chars=pd.array([120, None, 2], dtype="Int64")))
    assert _listed(lengths.traces["completed"]) == [True, False, None]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_of_traces_that_begin_together_the_last_one_by_name_ends_the_session(
    order: list[int],
) -> None:
    log = _bare(session_id="s", output=["null", "null", "null"])
    found = derived(replace(log, traces=log.traces.iloc[order])).traces.set_index("trace_id")
    assert found["abandoned"].to_dict() == {"a": False, "b": False, "c": True}


def test_sessions_of_one_turn_each_say_nothing_about_the_next_turn() -> None:
    alone = _bare(session_id=["a", "b", "c"], input="Where is my order?")
    found = derived(alone)
    assert found.traces["user_corrected"].isna().all()
    assert any("no session has two user turns" in one.detail for one in found.problems)


def test_a_verdict_that_is_neither_yes_nor_no_is_counted_and_not_used() -> None:
    odd = replace(_bare(), scores=_scored("escalated", [0.7, None, 1.0]))
    found = derived(odd)
    assert _listed(found.traces["escalated"]) == [None, None, True]
    line = next(one for one in found.problems if one.examples == ("0.7",))
    assert "score:escalated>=…" in line.detail


def test_a_bare_safety_score_is_not_guessed_at() -> None:
    bare = replace(_bare(), scores=_scored("safety", [1.0, 0.0, None]))
    assert derived(bare).traces["safety_flagged"].isna().all()
    words = _scored("safety", [None, None, None], label=["unsafe", "pass", None])
    worded = derived(replace(_bare(), scores=words)).traces["safety_flagged"]
    assert _listed(worded) == [True, False, None]


def test_the_report_tells_what_was_assumed_and_what_is_doubtful() -> None:
    lines = derived(tables_of(CONVERSATIONS), ratings=STARS).problems
    derived_lines = {one.field: one for one in lines if "low confidence" in one.detail}
    assert set(derived_lines) == {"escalated", "user_corrected", "followed_up", "abandoned"}
    assert {one.severity for one in derived_lines.values()} == {"warn"}
    assert all(one.action == "assumed" and one.table == "traces" for one in derived_lines.values())
    named = next(one for one in lines if one.detail == "by the name of tag:accepted")
    assert (named.field, named.n, named.severity) == ("copied", 1, "info")


def test_no_traces_at_all_give_columns_without_rows() -> None:
    empty = tables_of(CONVERSATIONS)
    none = Tables(*(one.iloc[:0] for one in (empty.traces, NONE, NONE, NONE)))
    found = derived(none)
    assert list(OUTCOMES) == [one for one in found.traces if one in OUTCOMES]
    assert len(found.traces) == 0


@settings(max_examples=20, deadline=None)
@given(random_tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_tables: Tables, chance: Any) -> None:
    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        order = list(range(len(frame)))
        chance.shuffle(order)
        return frame.iloc[order]

    one = derived(given_tables)
    other = derived(
        Tables(
            shuffled(given_tables.traces),
            shuffled(given_tables.spans),
            shuffled(given_tables.scores),
            shuffled(given_tables.metadata),
        )
    )
    back = other.traces.sort_values("trace_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(back, one.traces, check_exact=True)
    assert other.problems == one.problems


@settings(max_examples=20, deadline=None)
@given(random_tables())
def test_nothing_that_was_given_is_changed_and_doing_it_again_changes_nothing(
    given_tables: Tables,
) -> None:
    before = [
        one.copy(deep=True)
        for one in (
            given_tables.traces,
            given_tables.spans,
            given_tables.scores,
            given_tables.metadata,
        )
    ]
    once = derived(given_tables).traces
    after = (given_tables.traces, given_tables.spans, given_tables.scores, given_tables.metadata)
    for old, new in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(old, new)
    twice = derived(replace(given_tables, traces=once)).traces
    pd.testing.assert_frame_equal(twice[list(once)], once)


@settings(max_examples=20, deadline=None)
@given(random_tables(), st.sampled_from(FLAGS), st.booleans())
def test_what_is_said_wins_over_what_follows(
    given_tables: Tables,
    name: str,
    verdict: bool,  # noqa: FBT001 - hypothesis hands it over
) -> None:
    said = pd.DataFrame(
        {
            "trace_id": ["t0"],
            "score_id": ["z"],
            "name": name if name != "safety_flagged" else "flagged",
            "value": [float(verdict)],
            "label": pd.Series([None], dtype="str"),
            "source": "user",
            "time": NOW + pd.Timedelta("1D"),
        }
    )
    scores = pd.concat([given_tables.scores, said]) if len(given_tables.scores) else said
    found = derived(replace(given_tables, scores=scores)).traces
    assert found.loc[found["trace_id"] == "t0", name].tolist() == [verdict]


@settings(max_examples=20, deadline=None)
@given(random_tables(), st.sampled_from(FLAGS), st.lists(st.sampled_from([True, False, None])))
def test_what_a_column_holds_already_stays(
    given_tables: Tables, name: str, held: list[bool | None]
) -> None:
    n = len(given_tables.traces)
    values = pd.Series(pd.array((held + [None] * n)[:n], dtype="boolean"))
    traces = given_tables.traces.assign(**{name: values})
    found = derived(replace(given_tables, traces=traces)).traces[name]
    known = values.notna()
    assert found[known].tolist() == values[known].tolist()


@settings(max_examples=20, deadline=None)
@given(random_tables())
def test_a_no_needs_a_reason(given_tables: Tables) -> None:
    """Without words, steps, tags, keys and scores, only statuses and outputs can say no."""
    silent = given_tables.traces.assign(tags=pd.Series(dtype="str"), input=pd.Series(dtype="str"))
    found = derive(silent, NONE, NONE, NONE, now=NOW).traces
    for name in ("escalated", "copied", "safety_flagged", "user_corrected", "followed_up"):
        assert found[name].isna().all(), name
    still = given_tables.traces["status"] == "open"
    assert found.loc[still, ["completed", "abandoned"]].isna().all(axis=None)
