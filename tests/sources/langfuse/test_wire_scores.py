import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.wire.scores import ScoreConfig, score_configs, scores
from tests.sources.dialects.corrupt import corrupted

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "langfuse" / "api"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recorded answers beside the tree")

TRIAGE = {
    "id": "c1",
    "name": "triage",
    "dataType": "CATEGORICAL",
    "minValue": None,
    "maxValue": None,
    "categories": [{"label": "bug", "value": 2}, {"label": "fine", "value": 0}],
}
STARS = {"id": "c2", "name": "stars", "minValue": 1, "maxValue": 5, "categories": None}


def v3(subject: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "id": "s1",
        "projectId": "p",
        "name": "quality",
        "source": "API",
        "timestamp": "2026-05-04T09:12:04.250Z",
        "environment": "production",
        "createdAt": "2026-05-04T09:12:04.000Z",
        "updatedAt": "2026-05-04T09:13:00.000Z",
        "comment": None,
        "configId": None,
        "metadata": {},
        "authorUserId": None,
        "queueId": None,
        "subject": {"kind": "trace", "id": "t1"} if subject is None else subject,
        "dataType": "NUMERIC",
        "value": 0.5,
    } | fields


def v1(**fields: Any) -> dict[str, Any]:
    row = v3(**fields)
    row.pop("subject")
    return {
        "traceId": "t1",
        "observationId": None,
        "sessionId": None,
        "datasetRunId": None,
        "stringValue": None,
        "executionTraceId": None,
        "trace": {"userId": "ann", "tags": [], "environment": "production"},
    } | row


def one(row: dict[str, Any]) -> dict[str, Any]:
    configs = score_configs([TRIAGE, STARS])
    found = scores([row], ["p:1"], configs).scores
    return {name: values[0] for name, values in found.items()}


def told(rows: Rows) -> list[tuple[str, str, int]]:
    return [(one.action, one.field, one.n) for one in rows.problems]


@pytest.mark.parametrize(
    "new, old, value, label, kind",
    [
        ({"dataType": "NUMERIC", "value": 0.75}, {"value": 0.75}, 0.75, None, "numeric"),
        ({"dataType": "NUMERIC", "value": -2}, {"value": -2}, -2, None, "numeric"),
        (
            {"dataType": "BOOLEAN", "value": True},
            {"value": 1, "stringValue": "True"},
            1,
            None,
            "boolean",
        ),
        (
            {"dataType": "BOOLEAN", "value": False},
            {"value": 0, "stringValue": "False"},
            0,
            None,
            "boolean",
        ),
        (
            {"dataType": "CATEGORICAL", "value": "pass"},
            {"value": 0, "stringValue": "pass"},
            None,
            "pass",
            "categorical",
        ),
        (
            {"dataType": "CATEGORICAL", "value": "bug", "configId": "c1"},
            {"value": 2, "stringValue": "bug"},
            2,
            "bug",
            "categorical",
        ),
        (
            {"dataType": "CATEGORICAL", "value": "fine", "configId": "c1"},
            {"value": 0, "stringValue": "fine"},
            0,
            "fine",
            "categorical",
        ),
        (
            {"dataType": "CATEGORICAL", "value": "3"},
            {"value": 0, "stringValue": "3"},
            None,
            "3",
            "categorical",
        ),
        (
            {"dataType": "TEXT", "value": "too long"},
            {"stringValue": "too long", "value": None},
            None,
            "too long",
            "text",
        ),
        (
            {"dataType": "CORRECTION", "value": "Say sorry."},
            {"value": 0, "stringValue": "Say sorry."},
            None,
            "Say sorry.",
            "correction",
        ),
    ],
)
def test_each_data_type_has_its_number_or_word_in_every_version(
    new: dict[str, Any], old: dict[str, Any], value: object, label: object, kind: str
) -> None:
    for row in (v3(**new), v1(**(new | old))):
        found = one(row)
        assert (found.get("value"), found.get("label"), found["kind"]) == (value, label, kind)
        assert scores([row], ["p:1"], score_configs([TRIAGE])).problems == ()


def test_a_category_without_its_config_keeps_a_number_that_is_not_nothing() -> None:
    rows = [
        v1(dataType="CATEGORICAL", value=2, stringValue="bug"),
        v1(dataType="CATEGORICAL", value=0, stringValue="fine"),
    ]
    assert scores(rows, ["p:1", "p:2"]).scores["value"] == [2, None]


@pytest.mark.parametrize(
    "subject, trace, span, session, level",
    [
        ({"kind": "trace", "id": "t1"}, "t1", None, None, "trace"),
        ({"kind": "observation", "id": "o1", "traceId": "t1"}, "t1", "o1", None, "span"),
        ({"kind": "session", "id": "s9"}, None, None, "s9", "session"),
        ({"kind": "experiment", "id": "r1"}, None, None, None, "experiment"),
    ],
)
def test_a_score_says_what_it_judges_in_every_version(
    subject: dict[str, Any], trace: object, span: object, session: object, level: str
) -> None:
    old = {"trace": "traceId", "session": "sessionId", "experiment": "datasetRunId"}
    ids: dict[str, Any] = {"traceId": None}
    if subject["kind"] == "observation":
        ids = {"traceId": "t1", "observationId": "o1"}
    else:
        ids[old[subject["kind"]]] = subject["id"]
    for row in (v3(subject), v1(**ids)):
        found = one(row)
        names = ("trace_id", "span_id", "session_id")
        assert [found.get(name) for name in names] == [trace, span, session]
        assert found["level"] == level
        run = "r1" if level == "experiment" else None
        assert (found.get("metadata") or {}).get("experiment_id") == run
        expected = [("ignored", "trace_id", 1)] if run else []
        assert told(scores([row], ["p:1"])) == expected


@pytest.mark.parametrize("subject", [{}, {"kind": "trace"}, {"kind": "moon", "id": "m"}, "t1"])
def test_a_score_of_nothing_is_told(subject: Any) -> None:
    found = scores([v3() | {"subject": subject}], ["p:1"])
    assert "trace_id" not in found.scores
    assert told(found) == [("missing", "trace_id", 1)]


def test_scores_without_the_group_of_their_subject_are_told() -> None:
    row = v3()
    row.pop("subject")
    assert told(scores([row], ["p:1"])) == [("missing", "trace_id", 1)]


@pytest.mark.parametrize(
    "source, metadata, wanted, odd",
    [
        ("ANNOTATION", {}, "human", 0),
        ("EVAL", {}, "judge", 0),
        ("API", {}, "api", 0),
        ("API", {"agentlens": {"source": "check"}}, "check", 0),
        ("API", {"agentlens": '{"source": "human"}'}, "human", 0),
        ("API", {"agentlens.source": "judge"}, "judge", 0),
        ("API", {"agentlens": {"source": "the moon"}}, "api", 0),
        ("ANNOTATION", {"agentlens": {"source": "judge"}}, "human", 0),
        ("WEBHOOK", {}, "api", 1),
        (None, {}, "api", 1),
        (["API"], {}, "api", 1),
    ],
)
def test_who_judged_comes_from_the_source_or_from_what_we_sent(
    source: object, metadata: dict[str, Any], wanted: str, odd: int
) -> None:
    found = scores([v3(source=source, metadata=metadata)], ["p:1"])
    assert found.scores["source"] == [wanted]
    assert told(found) == ([("assumed", "source", 1)] if odd else [])


def test_what_agentlens_sent_comes_back_with_its_design() -> None:
    sent = {
        "version": "0.1",
        "source": "human",
        "rubric": "helpful",
        "rubric_version": "3",
        "judge_model": None,
        "rater": "bo",
        "inclusion_p": 0.25,
        "plan": "october",
        "stratum": "long",
        "split": "test",
    }
    found = one(v3(metadata={"agentlens": sent}, authorUserId="key-1"))
    kept = {name: found.get(name) for name in ("rubric", "rubric_version", "rater", "inclusion_p")}
    assert kept == {"rubric": "helpful", "rubric_version": "3", "rater": "bo", "inclusion_p": 0.25}
    assert found["metadata"]["agentlens.plan"] == "october"
    assert found["metadata"]["agentlens.split"] == "test"


def test_others_may_say_rubric_and_judge_in_plain_metadata() -> None:
    found = one(v3(metadata={"rubric_version": "v3", "judge_model": "m"}, authorUserId="ann"))
    assert (found["rubric_version"], found["judge_model"], found["rater"]) == ("v3", "m", "ann")


def test_times_comment_and_ids_are_taken_over() -> None:
    found = one(v3(comment="so-so"))
    assert {
        name: found[name] for name in ("score_id", "name", "time", "comment", "updated_at")
    } == {
        "score_id": "s1",
        "name": "quality",
        "time": "2026-05-04T09:12:04.250Z",
        "comment": "so-so",
        "updated_at": "2026-05-04T09:13:00.000Z",
    }


@pytest.mark.parametrize(
    "value, text, kind, number, word",
    [
        (True, None, "boolean", 1, None),
        (0.5, None, "numeric", 0.5, None),
        ("0.5", None, "numeric", 0.5, None),
        ("good", None, "categorical", None, "good"),
        (0, "good", "categorical", None, "good"),
        (1, "True", "boolean", 1, None),
    ],
)
def test_a_score_of_unknown_type_is_told_from_its_value(
    value: object, text: object, kind: str, number: object, word: object
) -> None:
    row = v1(value=value, stringValue=text, dataType="STARS")
    found = scores([row], ["p:1"])
    shown = {name: values[0] for name, values in found.scores.items()}
    assert (shown["kind"], shown.get("value"), shown.get("label")) == (kind, number, word)
    assert told(found) == [("assumed", "kind", 1)]


@pytest.mark.parametrize(
    "said, value",
    [
        ("NUMERIC", True),
        ("NUMERIC", "many"),
        ("NUMERIC", None),
        ("NUMERIC", {"a": 1}),
        ("NUMERIC", float("nan")),
        ("BOOLEAN", 0.5),
        ("BOOLEAN", "maybe"),
        ("CATEGORICAL", None),
        ("TEXT", ""),
    ],
)
def test_a_value_that_is_not_of_its_type_is_missing_and_told(said: str, value: object) -> None:
    found = scores([v3(dataType=said, value=value)], ["p:1"])
    assert "value" not in found.scores
    assert told(found) == [("missing", "value", 1)]


def test_score_configs_give_categories_their_numbers_and_scores_their_range() -> None:
    odd = [None, {"id": 3, "name": "x"}, {"id": "c3"}, {"id": "c4", "name": "n", "categories": [1]}]
    assert score_configs([TRIAGE, STARS, *odd]) == {
        "c1": ScoreConfig("triage", None, None, {"bug": 2.0, "fine": 0.0}),
        "c2": ScoreConfig("stars", 1.0, 5.0, {}),
        "c4": ScoreConfig("n", None, None, {}),
    }


@settings(max_examples=60, deadline=None)
@given(
    corrupted(
        [
            v3(),
            v3({"kind": "session", "id": "s9"}),
            v1(dataType="CATEGORICAL", value=2, stringValue="bug"),
            v1(metadata={"agentlens": {"source": "human"}}),
        ]
    )
)
def test_no_score_is_lost_and_nothing_raises_whatever_comes(rows: list[Any]) -> None:
    found = scores(rows, [f"p:{at}" for at in range(len(rows))], score_configs([TRIAGE]))
    assert len(found.scores["where"]) + len(found.bad) == len(rows)
    assert {len(values) for values in found.scores.values()} == {len(found.scores["where"])}


@recorded
@pytest.mark.parametrize(
    "name",
    ["v3_scores_all", "v3_scores_boolean", "v3_scores_categorical", "v2_scores", "v1_scores"],
)
def test_recorded_scores_are_read_whole(name: str) -> None:
    data = json.loads((RECORDED / f"{name}.json").read_text())["body"]["data"]
    found = scores(data, [f"p:{at}" for at in range(len(data))])
    assert len(found.scores["where"]) == len(data)
    assert (found.bad, found.problems) == ((), ())
    assert all(found.scores["trace_id"])


@recorded
def test_recorded_versions_say_the_same_of_the_same_score() -> None:
    read = {
        name: json.loads((RECORDED / f"{name}.json").read_text())["body"]["data"]
        for name in ("v3_scores_all", "v2_scores", "v1_scores")
    }
    ids = [row["id"] for row in read["v2_scores"]]
    rows = {name: [row for row in data if row["id"] in ids] for name, data in read.items()}
    said = [
        {
            key: values
            for key, values in scores(data, [row["id"] for row in data]).scores.items()
            if key != "where"
        }
        for data in (sorted(held, key=lambda row: ids.index(row["id"])) for held in rows.values())
    ]
    assert said[0] == said[1] == said[2]
