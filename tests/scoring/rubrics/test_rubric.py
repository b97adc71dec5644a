"""Is a rubric one text with one hash, refused where nobody could answer it?"""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import AgentLensError
from agentlens.scoring.rubrics.examples import EXAMPLES
from agentlens.scoring.rubrics.reading import read
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.rubrics.schema import schema
from agentlens.scoring.rubrics.shipped import rubrics

RUBRIC = Rubric("goal", 1, "Did it work?")
CHANGES: dict[str, object] = {
    "name": "other",
    "version": 2,
    "instructions": "Did it really work?",
    "criteria": {"a": "Is it so?"},
    "verdicts": ("pass", "fail"),
    "scale": (1, 2, 3),
    "fields": ("output",),
    "unit": "tool",
    "max_chars": 1000,
    "combine": "any",
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_whatever_changes_what_is_read_changes_the_hash(name: str) -> None:
    assert replace(RUBRIC, **{name: CHANGES[name]}).hash != RUBRIC.hash  # type: ignore[arg-type]


def test_every_field_is_in_that_test_or_known_to_change_nothing() -> None:
    assert {one.name for one in fields(Rubric)} == {*CHANGES, "examples", "render"}
    assert replace(RUBRIC, examples=("t1",)).hash == RUBRIC.hash


def test_the_order_of_criteria_is_part_of_the_question() -> None:
    one = Rubric("p", 1, "x", criteria={"a": "A?", "b": "B?"})
    other = Rubric("p", 1, "x", criteria={"b": "B?", "a": "A?"})
    assert one.hash != other.hash
    assert one.scores == ("p", "p.a", "p.b")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "9 lives"},
        {"name": ""},
        {"version": 0},
        {"version": True},
        {"instructions": "  "},
        {"criteria": {"a.b": "Is it?"}},
        {"criteria": {"a": ""}},
        {"verdicts": ("yes", "no")},
        {"scale": (1,)},
        {"scale": (2, 1)},
        {"scale": (1, 2), "criteria": {"a": "A?"}},
        {"fields": ()},
        {"fields": "input"},
        {"fields": ("step",)},
        {"unit": "word"},
        {"combine": "most"},
        {"render": "v0"},
        {"max_chars": 10},
    ],
)
def test_what_no_judge_could_answer_is_refused(changes: dict[str, object]) -> None:
    given: dict[str, object] = {"name": "goal", "version": 1, "instructions": "Did it work?"}
    with pytest.raises(AgentLensError):
        Rubric(**(given | changes))  # type: ignore[arg-type]


def test_evidence_comes_before_the_verdict_and_nothing_else_is_allowed() -> None:
    for rubric in rubrics().values():
        form: dict[str, Any] = schema(rubric)
        parts: dict[str, Any] = form["properties"]
        questions = parts.values() if rubric.criteria else [form]
        for question in questions:
            assert list(question["properties"]) == ["evidence", "verdict", "confidence"]
            assert question["additionalProperties"] is False
            assert question["required"] == list(question["properties"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.rubric.label)
def test_the_example_of_each_shipped_rubric_is_read_as_it_says(example: object) -> None:
    assert isinstance(example, type(EXAMPLES[0]))
    found = read(example.rubric, example.answer)
    assert found.status == ""
    assert found.verdicts[example.rubric.name].label == example.label
    assert set(found.verdicts) == set(example.rubric.scores)


def test_every_shipped_rubric_has_an_example() -> None:
    assert {one.rubric.label for one in EXAMPLES} == {one.label for one in rubrics().values()}


@given(st.text(max_size=60))
def test_no_answer_is_too_odd_to_be_read(words: str) -> None:
    for rubric in (RUBRIC, rubrics()["policy_adherence"], rubrics()["tone"]):
        found = read(rubric, words)
        assert found.status in {"", "abstained", "empty", "unparsable", "invalid"}
        assert bool(found.verdicts) == (found.status in {"", "abstained"})


@pytest.mark.parametrize(
    "words, status",
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("It passes.", "unparsable"),
        ('["pass"]', "unparsable"),
        ("[" * 100_000, "unparsable"),
        ('{"verdict": "passed"}', "invalid"),
        ('{"verdict": true}', "invalid"),
        ('{"evidence": "x"}', "invalid"),
        ('{"verdict": "unknown"}', "abstained"),
        ('```json\n{"verdict": "pass"}\n```', ""),
    ],
)
def test_each_odd_answer_has_its_status(words: str, status: str) -> None:
    assert read(RUBRIC, words).status == status


def test_a_degree_outside_the_scale_is_no_verdict() -> None:
    tone = rubrics()["tone"]
    assert read(tone, '{"verdict": 6}').status == "invalid"
    assert read(tone, '{"verdict": true}').status == "invalid"
    assert read(tone, '{"verdict": 4}').verdicts["tone"].value == 4.0


@pytest.mark.parametrize(
    "combine, answers, label",
    [
        ("all", ("pass", "pass"), "pass"),
        ("all", ("pass", "fail"), "fail"),
        ("all", ("unknown", "fail"), "fail"),
        ("all", ("unknown", "pass"), "unknown"),
        ("any", ("fail", "pass"), "pass"),
        ("any", ("unknown", "pass"), "pass"),
        ("any", ("unknown", "fail"), "unknown"),
        ("any", ("fail", "fail"), "fail"),
    ],
)
def test_criteria_combine_as_logic_does(combine: str, answers: tuple[str, str], label: str) -> None:
    rubric = Rubric("p", 1, "x", criteria={"a": "A?", "b": "B?"}, combine=combine)  # type: ignore[arg-type]
    one, other = answers
    said = f'{{"a": {{"verdict": "{one}"}}, "b": {{"verdict": "{other}"}}}}'
    assert read(rubric, said).verdicts["p"].label == label
