"""Is a text JSON without a doubt, and does it fit the schema?"""

from pathlib import Path

import pytest

from agentlens.errors import BadInputError
from agentlens.scoring.checks.rules.json_schema import json_schema
from tests.scoring.checks.worlds import evidence, log_of, verdicts, why

SCHEMA = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "number"},
        "lines": {"type": "array", "items": {"properties": {"price": {"type": "number"}}}},
        "mail": {"format": "email"},
    },
}


@pytest.mark.parametrize(
    "output, verdict, kind",
    [
        ('{"total": 3}', "pass", ""),
        ('  {"total": 3.5, "other": null}\n', "pass", ""),
        ('{"total": "3"}', "fail", "type"),
        ("{}", "fail", "required"),
        ("[]", "fail", "type"),
        ('{"total": 1, "total": 2}', "fail", "duplicate key"),
        ('{"total": NaN}', "fail", "not a number"),
        ('{"total": -Infinity}', "fail", "not a number"),
        ('{"total": 1} and more', "fail", "not JSON"),
        ("{'total': 1}", "fail", "not JSON"),
        ("Your total is 3.", "fail", "not JSON"),
        ("   ", "fail", "not JSON"),
        ("\ufeff{}", "fail", "not JSON"),
        ("[" * 100_000, "fail", "nested too deep"),
        ('{"total": ' + "9" * 5_000 + "}", "fail", "not JSON"),
        ('{"total": 1⟪… 400 characters cut …⟫}', "-", "output was cut when it was read"),
        (None, "-", "no output"),
    ],
)
def test_each_text_is_read_strictly(output: str | None, verdict: str, kind: str) -> None:
    log = log_of([output, '{"total": 1}'])
    assert verdicts(json_schema(SCHEMA), log) == [verdict, "pass"]
    assert why(json_schema(SCHEMA), log)[0] == kind


def test_the_evidence_is_a_path_and_a_keyword_and_no_key_that_the_text_made_up() -> None:
    log = log_of(['{"total": 1, "lines": [{"price": 2}, {"price": "hunter2"}]}'])
    assert evidence(json_schema(SCHEMA), log) == ["$.lines[1].price type"]
    strict = {"additionalProperties": {"type": "integer"}}
    told = evidence(json_schema(strict), log_of(['{"ann@example.com": "hunter2"}']))
    assert told == ["$.* type"]


def test_many_faults_are_counted_and_not_listed() -> None:
    schema = {"items": {"items": {"type": "string"}}}
    told = evidence(json_schema(schema), log_of(["[[1], [1], [1], [1], [1]]"]))
    assert told == ["$[0][0] type; $[1][0] type; $[2][0] type and 2 more"]


def test_a_fenced_block_fails_unless_it_is_allowed() -> None:
    log = log_of(['```json\n{"total": 3}\n```', 'So: ```json\n{"total": 3}\n```', '{"total": 3}'])
    assert verdicts(json_schema(SCHEMA), log) == ["fail", "fail", "pass"]
    assert evidence(json_schema(SCHEMA), log)[0] == "a fenced block"
    assert verdicts(json_schema(SCHEMA, allow_fence=True), log) == ["pass", "fail", "pass"]


def test_formats_are_checked_only_on_request_and_the_card_says_so() -> None:
    log = log_of(['{"total": 1, "mail": "nobody"}'])
    loose, strict = json_schema(SCHEMA), json_schema(SCHEMA, formats=True)
    assert (verdicts(loose, log), verdicts(strict, log)) == (["pass"], ["fail"])
    assert loose.notes == ("json_schema: 'format' is not checked; formats=True does.",)
    assert strict.notes == ()


def test_a_schema_that_is_none_is_refused_when_the_check_is_made() -> None:
    with pytest.raises(BadInputError, match="The JSON schema is none: at "):
        json_schema({"type": "text"})
    with pytest.raises(BadInputError, match="A JSON schema is a mapping"):
        json_schema("object")  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore")  # as an error, a warning would keep the library from it
def test_nothing_is_fetched_for_a_schema(tmp_path: Path) -> None:
    held = tmp_path / "schema.json"
    held.write_text('{"type": "object"}')
    far = json_schema({"$ref": held.as_uri()})
    with pytest.raises(BadInputError, match="which it does not hold; put it under"):
        far.run(log_of(["{}"]))
    near = json_schema({"$ref": "#/$defs/one", "$defs": {"one": {"type": "object"}}})
    assert verdicts(near, log_of(["{}", "[]"])) == ["pass", "fail"]


def test_a_schema_that_refers_to_itself_without_an_end_fails_the_text_and_not_the_run() -> None:
    tree = {"$ref": "#/$defs/n", "$defs": {"n": {"items": {"$ref": "#/$defs/n"}, "maxItems": 1}}}
    deep = "[" * 400 + "]" * 400
    assert verdicts(json_schema(tree), log_of([deep, "[[]]"]))[1] == "pass"


def test_another_field_can_be_checked() -> None:
    log = log_of(["x"], input=['{"total": 3}'])
    assert verdicts(json_schema(SCHEMA, "input"), log) == ["pass"]
