"""Does nothing planted in any field of a log come through, and does the rest stay as it was?"""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from agentlens.tables.problems import rejected_texts
from agentlens.tables.redact import redact
from agentlens.tables.redact.find import find
from agentlens.tables.redact.frames import redact_frames
from agentlens.tables.redact.ids import stored_id
from agentlens.tables.redact.key import Key
from agentlens.tables.redact.policy import Redaction
from tests.logs import START, demo_log

KEY = "a key for tests only"
SECRET = KEY.encode()
PLANTED = {
    "mail": "ottoline@example.com",
    "phone": "+49 170 1234567",
    "card": "4111 1111 1111 1111",
    "key": "sk-lf-0f1e2d3c-1111-4222-8333-944455556666",
}
USER, SESSION = "user-ottoline-77", "session-abc-123"
ALL = " | ".join([*PLANTED.values(), USER, SESSION, "Abernathy"])


def _frames() -> dict[str, pd.DataFrame]:
    """Return frames as a door gets them, with the planted values in every text field."""
    metadata = json.dumps({"name": "Zebedee Abernathy", "user_id": USER, "note": ALL, "n": 5})
    traces = pd.DataFrame(
        {
            "trace_id": ["t1", "t2"],
            "session_id": [SESSION, None],
            "user_id": [USER, "42"],
            "start": START + pd.to_timedelta([0, 26], unit="h"),
            "input": [ALL, "nothing here"],
            "output": [json.dumps({"text": ALL, "amount": 4111111111111111}), None],
            "name": [f"run of {USER}", "plain"],
            "tags": [f"vip,{PLANTED['mail']}", None],
            "metadata": [metadata, None],
            "meta_customer": ["Zebedee Abernathy", None],
            "meta_note": pd.Categorical([ALL, None]),
            "model": ["gpt-4-0613", "claude-3"],
            "cost_usd": [0.5, np.nan],
        }
    )
    spans = pd.DataFrame(
        {
            "trace_id": ["t1", "t1"],
            "span_id": ["4111111111111111", "b"],
            "start": [START, START],
            "error_message": [f"failed for {ALL}", None],
            "input": [{"user": ALL, "list": [1, 2.5, None]}, "Zebedee asked"],
        }
    )
    scores = pd.DataFrame(
        {
            "score_id": ["x"],
            "trace_id": ["t1"],
            "time": [START],
            "comment": [f"{ALL} and zebedee"],
            "rater": ["judge@example.com"],
        }
    )
    return {"traces": traces, "spans": spans, "scores": scores}


def _told(frames: dict[str, pd.DataFrame]) -> str:
    parts = [frame.to_json(orient="values", date_format="iso") or "" for frame in frames.values()]
    return "".join(parts).replace("\\/", "/")


def test_nothing_planted_in_any_field_comes_through() -> None:
    done = redact_frames(_frames(), key=KEY)
    told = _told(done.frames)
    for value in [*PLANTED.values(), USER, SESSION, "Abernathy", "Zebedee", "zebedee", "judge@"]:
        assert value not in told, value
    assert stored_id(USER, "user", SECRET) in told


def test_numbers_times_and_our_own_words_stay() -> None:
    before, after = _frames(), redact_frames(_frames(), key=KEY).frames
    for name in ("trace_id", "start", "model", "cost_usd"):
        pd.testing.assert_series_equal(after["traces"][name], before["traces"][name])
    assert after["spans"]["span_id"].tolist() == before["spans"]["span_id"].tolist()
    assert json.loads(after["traces"]["output"][0])["amount"] == 4111111111111111
    assert after["spans"]["input"][0]["list"] == [1, 2.5, None]
    assert json.loads(after["traces"]["metadata"][0])["n"] == 5
    assert [str(one) for one in after["traces"].dtypes] == [
        str(one) if name not in {"session_id", "user_id"} else "str"
        for name, one in before["traces"].dtypes.items()
    ]


def test_what_was_given_is_not_changed_and_what_needs_no_change_is_not_copied() -> None:
    given, same = _frames(), _frames()
    redact_frames(given, key=KEY)
    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, same[name])
    plain = {"spans": pd.DataFrame({"trace_id": ["t"], "input": ["nothing"]})}
    assert redact_frames(plain, key=KEY).frames["spans"] is plain["spans"]


@pytest.mark.parametrize("tokens", ["keyed", "numbered"])
def test_redacting_again_changes_nothing_and_finds_nothing(tokens: str) -> None:
    once = redact_frames(_frames(), {"tokens": tokens}, key=KEY)
    again = redact_frames(once.frames, {"tokens": tokens}, key=KEY)
    for name, frame in again.frames.items():
        assert frame is once.frames[name]
    assert len(again.audit) == 0
    assert len(find(once.frames)) == 0


def test_rows_that_arrive_on_different_days_get_the_same_tokens_in_their_session() -> None:
    rows = pd.DataFrame(
        {
            "trace_id": ["t1", "t2", "t3"],
            "session_id": ["s", "s", "other"],
            "input": [
                "mail ann@example.com",
                "bob@example.com, ann@example.com",
                "ann@example.com",
            ],
        }
    )
    whole = redact_frames({"traces": rows}, key=KEY).frames["traces"]["input"].tolist()
    parts = [
        redact_frames({"traces": rows.iloc[[at]]}, key=KEY).frames["traces"]["input"].iloc[0]
        for at in (2, 1, 0)
    ]
    assert parts[::-1] == whole
    token = whole[0].removeprefix("mail ")
    assert token in whole[1]
    assert whole[2] != token


def test_a_span_without_a_session_is_in_the_session_of_its_trace() -> None:
    traces = pd.DataFrame({"trace_id": ["t"], "session_id": ["s"], "input": ["ann@example.com"]})
    spans = pd.DataFrame({"trace_id": ["t"], "span_id": ["a"], "input": ["ann@example.com"]})
    after = redact_frames({"spans": spans, "traces": traces}, key=KEY).frames
    assert after["spans"]["input"][0] == after["traces"]["input"][0]


def test_a_column_that_cuts_slices_has_one_token_a_value_in_all_sessions() -> None:
    rows = pd.DataFrame(
        {
            "trace_id": ["a", "b"],
            "session_id": ["s", "t"],
            "meta_customer": ["Acme Ltd", "acme ltd"],
            "segment": ["ann@example.com", "ann@example.com"],
        }
    )
    after = redact_frames({"traces": rows}, key=KEY).frames["traces"]
    assert after["meta_customer"].nunique() == after["segment"].nunique() == 1
    assert after["meta_customer"][0].startswith("<NAME_")


def test_values_are_numbered_in_order_of_time_through_all_tables() -> None:
    traces = pd.DataFrame(
        {
            "trace_id": ["late", "early"],
            "session_id": ["s", "s"],
            "start": [START + pd.Timedelta("1h"), START],
            "input": ["bob@example.com", "ann@example.com"],
        }
    )
    spans = pd.DataFrame(
        {
            "trace_id": ["early"],
            "span_id": ["x"],
            "start": [START + pd.Timedelta("1min")],
            "input": ["<EMAIL_4> eve@example.com, ann@example.com"],
        }
    )
    after = redact_frames({"traces": traces, "spans": spans}, {"tokens": "numbered"}, key=KEY)
    assert after.frames["traces"]["input"].tolist() == ["<EMAIL_7>", "<EMAIL_5>"]
    assert after.frames["spans"]["input"][0] == "<EMAIL_4> <EMAIL_6>, <EMAIL_5>"


def test_names_are_those_of_the_same_session_only_and_never_ordinary_words() -> None:
    rows = pd.DataFrame(
        {
            "trace_id": ["a", "b", "c"],
            "session_id": ["s", "s", "t"],
            "metadata": ['{"customer": "Will Featherstone"}', None, None],
            "input": [
                "Will you pay?",
                "featherstone paid; a FEATHERSTONES did not",
                "Featherstone",
            ],
        }
    )
    after = redact_frames({"traces": rows}, key=KEY).frames["traces"]
    assert after["input"][0] == "Will you pay?"
    assert "featherstone paid" not in after["input"][1]
    assert "FEATHERSTONES" in after["input"][1]
    assert after["input"][2] == "Featherstone"
    assert "Will" not in after["metadata"][0]


def test_the_name_in_an_address_is_hidden_where_it_stands_alone() -> None:
    rows = pd.DataFrame(
        {
            "trace_id": ["a", "a"],
            "span_id": ["1", "2"],
            "input": ["I am o.smythe@example.com", "Thanks, Smythe!"],
        }
    )
    after = redact_frames({"spans": rows}, key=KEY).frames["spans"]["input"]
    assert "mythe" not in "".join(after)


@pytest.mark.parametrize(
    "field, treatment, expected",
    [
        ("input", "keep", ["ann@example.com", "x", "x"]),
        ("input", "drop", [None, None, None]),
    ],
)
def test_a_field_is_treated_as_the_policy_says(
    field: str, treatment: str, expected: list[Any]
) -> None:
    rows = pd.DataFrame({"trace_id": list("abc"), field: ["ann@example.com", "x", "x"]})
    after = redact_frames({"spans": rows}, {"fields": {field: treatment}}, key=KEY)
    kept = after.frames["spans"][field].astype(object)
    assert kept.where(kept.notna(), None).tolist() == expected


def test_a_hashed_field_keeps_equality_and_metadata_stays_an_object() -> None:
    rows = pd.DataFrame(
        {
            "trace_id": list("abc"),
            "session_id": ["s", "t", "t"],
            "input": ["x", "x", "y"],
            "metadata": ['{"a": 1}'] * 3,
        }
    )
    policy = Redaction(text="hash", ids=False)
    once = redact_frames({"traces": rows}, policy, key=KEY).frames
    after = once["traces"]
    assert after["input"][0] == after["input"][1] != after["input"][2]
    assert isinstance(json.loads(after["metadata"][0]), dict)
    assert after["session_id"].tolist() == ["s", "t", "t"]
    assert redact_frames(once, policy, key=KEY).frames["traces"] is after


def test_the_audit_counts_by_day_and_never_shows_a_value() -> None:
    done = redact_frames(_frames(), key=KEY)
    audit = done.audit
    assert list(audit) == ["day", "table", "field", "rule", "hits", "rows", "share"]
    line = audit[(audit["field"] == "input") & (audit["table"] == "traces")]
    assert set(line["rule"]) == {
        "email",
        "phone",
        "card",
        "secret",
        "user_id",
        "session_id",
        "name",
    }
    assert line["day"].unique().tolist() == [START.tz_localize(None)]
    assert line["hits"].tolist() == [1] * 7
    assert line["share"].tolist() == [1.0] * 7
    ids = audit[audit["field"] == "user_id"]
    assert ids["rows"].tolist() == [1, 1]
    assert not any(value in audit.to_json(date_format="iso") for value in [*PLANTED.values(), USER])


def test_a_row_without_a_time_is_counted_without_a_day() -> None:
    rows = pd.DataFrame({"trace_id": ["a", "b"], "input": ["ann@example.com", "x"]})
    audit = redact_frames({"spans": rows}, key=KEY).audit
    assert audit["day"].isna().all()
    assert audit["share"].tolist() == [0.5]


def test_what_is_still_there_is_found_in_frames_and_in_pages() -> None:
    assert set(find(_frames(), {"fields": {"input": "keep"}})["field"]) >= {"input", "user_id"}
    page = find({"report.html": f"<p>{PLANTED['mail']}</p>", "clean.html": "<p>nothing</p>"})
    assert page[["table", "rule", "hits"]].to_numpy().tolist() == [["report.html", "email", 1]]
    assert find(["ann@example.com", "ann@example.com"])["rows"].tolist() == [2]
    assert find('{"ann@example.com": 1}')["rule"].tolist() == ["email in a key"]
    with pytest.raises(BadInputError, match="looks for nothing"):
        find("x", None)


def _log() -> Log:
    frames = _frames()
    log = from_frames(frames["traces"], frames["spans"], frames["scores"].assign(name="helpful"))
    lost = rejected_texts("traces", "", [("f:1", f'{{"user_id": "{USER}", "x": "{ALL}"', "cut")])
    report = log.report.copy()
    report.loc[len(report)] = {"action": "repaired", "n": 1, "examples": ALL, "detail": "x"}
    return replace(log, rejected=lost, report=report)


def test_a_log_is_redacted_whole_with_its_rejected_rows_and_its_report() -> None:
    log = _log()
    after = redact(log, key=KEY)
    told = _told({"a": after.traces, "b": after.spans, "c": after.scores})
    rest = after.rejected.to_json() + after.report.to_json()
    for value in PLANTED.values():
        assert value not in told
        assert value not in rest.replace("\\/", "/")
    assert USER not in told
    assert f'"user_id": "{USER}"' not in after.rejected["row"][0]
    assert len(log.report) < len(after.report)
    assert "patterns found and hidden" in "".join(after.report["detail"])
    assert after.where(user_id=stored_id(USER, "user", SECRET)).traces["trace_id"].tolist() == [
        "t1"
    ]


def test_redacting_a_log_again_gives_an_equal_log() -> None:
    once = redact(_log(), key=KEY)
    again = redact(once, key=KEY)
    for name in ("traces", "spans", "scores", "report", "rejected"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(once, name))


def test_the_report_says_where_the_key_is_and_not_what_it_is() -> None:
    key = Key(SECRET, "/somewhere/redact.key", made=True)
    told = redact(_log(), key=key).report["detail"].iloc[-1]
    assert "was made in /somewhere/redact.key" in told
    assert KEY not in redact(_log(), key=key).report.to_json()


def test_a_log_without_a_policy_is_the_log_itself() -> None:
    log = _log()
    assert redact(log, None) is log


def test_the_demo_log_keeps_its_numbers_and_its_words() -> None:
    log = demo_log().last("12h")
    after = redact(log, key=KEY)
    assert after.traces["user_id"].nunique() == log.traces["user_id"].nunique()
    rest = [name for name in log.traces if name not in {"user_id", "session_id", "input", "output"}]
    pd.testing.assert_frame_equal(after.traces[rest], log.traces[rest])


def test_empty_frames_and_odd_columns_pass() -> None:
    odd = pd.DataFrame({0: ["ann@example.com"], "input": [b"bob@example.com"], "flag": [True]})
    after = redact_frames({"odd": odd, "none": pd.DataFrame()}, key=KEY).frames
    assert after["odd"][0][0].startswith("<EMAIL_")
    assert after["odd"]["input"][0].startswith(b"<EMAIL_")
    assert after["none"].empty
    assert redact_frames({}, key=KEY).frames == {}


@pytest.mark.parametrize("order", ["AB", "BA", "BABA"])
def test_what_is_an_id_in_one_session_is_a_word_in_another_whoever_comes_first(order: str) -> None:
    users = {"A": ("u-471100", "s-1000"), "B": ("u-999900", "s-2000")}
    frame = pd.DataFrame(
        {
            "trace_id": list(order),
            "start": pd.Timestamp("2026-11-01", tz="UTC"),
            "user_id": [users[one][0] for one in order],
            "session_id": [users[one][1] for one in order],
            "metadata": ['{"note":"ask u-471100 again","mail":"ann@example.com"}'] * len(order),
        }
    )
    done = redact_frames({"traces": frame}, key="0123456789abcdef").frames["traces"]
    for trace, told in zip(done["trace_id"], done["metadata"], strict=True):
        assert ("u-471100" in told) == (trace == "B")
