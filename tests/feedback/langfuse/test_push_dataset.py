"""Is each case in the dataset exactly once, as it was written?"""

from pathlib import Path
from typing import Any

import orjson
import pytest

from agentlens.errors import BadInputError, SourceError
from agentlens.feedback.langfuse.dataset import push_dataset
from agentlens.feedback.regressions.promote import promote
from tests.feedback.langfuse.pushing import TRACES, WORLD, scored_log, to
from tests.loopback import Fault, Faults, LangfuseServer, trouble

NAME = "failed/answers of May"


def _case(place: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "pattern": f"pattern {place}",
        "input": [{"role": "user", "content": f"question {place}"}],
        "expected": "The answer must not fail.",
        "label": "fail",
        "rater": "ann",
        "weight": 2.5,
        "version": 1,
        "source_trace": TRACES[place],
    } | more


CASES = [_case(place) for place in range(5)]


def _items(server: LangfuseServer) -> list[dict[str, Any]]:
    return sorted(server.state.items.values(), key=lambda row: str(row["metadata"]["pattern"]))


def _posts(server: LangfuseServer) -> int:
    return sum(seen.method == "POST" for seen in server.requests)


def test_a_dataset_is_made_and_a_second_push_sends_nothing() -> None:
    with LangfuseServer(WORLD) as server:
        done = push_dataset(CASES, NAME, **to(server))
        assert (done.band, done.headline) == ("pass", "Of 5 cases: 5 sent.")
        assert _posts(server) == 6
        for row, case in zip(_items(server), CASES, strict=True):
            assert row["datasetName"] == NAME
            assert (row["input"], row["expectedOutput"]) == (case["input"], case["expected"])
            assert row["sourceTraceId"] == case["source_trace"]
            told = ("pattern", "label", "rater", "weight", "version")
            assert row["metadata"] == {name: case[name] for name in told}
        again = push_dataset(CASES, NAME, **to(server))
        assert again.headline == "Of 5 cases: 5 already there."
        assert _posts(server) == 6


def test_only_what_changed_is_sent_and_what_was_archived_stays_archived() -> None:
    with LangfuseServer(WORLD) as server:
        push_dataset(CASES, NAME, **to(server))
        for key, row in server.state.items.items():
            server.state.items[key] = row | {"status": "ARCHIVED"}
        done = push_dataset([_case(0, expected="No."), *CASES[1:]], NAME, **to(server))
        assert (len(done.ids("sent")), len(done.ids("already there"))) == (1, 4)
        assert [row["expectedOutput"] for row in _items(server)][:2] == [
            "No.",
            CASES[1]["expected"],
        ]
        assert {row["status"] for row in _items(server)} == {"ARCHIVED"}


@pytest.mark.parametrize(
    "fault",
    [trouble.lost_answer(), trouble.cut(), trouble.status(503, after=True), trouble.too_many(3)],
)
def test_lost_answers_make_no_second_item(fault: Fault) -> None:
    faults = Faults().every(3, fault)
    with LangfuseServer(WORLD, faults=faults) as server:
        done = push_dataset(CASES, NAME, **to(server))
        assert faults.struck
        assert set(done.frame["state"]) == {"sent"}
        assert len(_items(server)) == 5


def test_more_cases_than_fit_a_page_are_all_found_again() -> None:
    cases = [_case(0, pattern=f"pattern {place:03}") for place in range(120)]
    with LangfuseServer(WORLD) as server:
        assert len(push_dataset(cases, NAME, **to(server)).ids("sent")) == 120
        assert len(push_dataset(cases, NAME, **to(server)).ids("already there")) == 120


def test_a_promotion_and_its_file_are_the_same_cases(tmp_path: Path) -> None:
    log = scored_log(3)
    traces = log.traces.assign(input="Where is it?", output="Gone.", status="error")
    done = promote(type(log)(traces=traces), TRACES[:3], to=tmp_path, redact=None)
    with LangfuseServer(WORLD) as server:
        first = push_dataset(done, NAME, **to(server))
        again = push_dataset(tmp_path / "cases.jsonl", NAME, **to(server))
        assert len(first.ids("sent")) == len(done.cases)
        assert again.ids("already there") == first.ids("sent")


def test_a_dry_run_writes_nothing() -> None:
    with LangfuseServer(WORLD) as server:
        assert push_dataset(CASES, NAME, dry_run=True, **to(server)).band == "pass"
        assert _posts(server) == 0


def test_no_address_goes_out_not_even_from_inside_a_message() -> None:
    said = [{"role": "user", "content": 'I am "ann@example.com" \\ \n'}]
    case = _case(input=said, note="ask bob@example.com", metadata={"who": "cat@example.com"})
    with LangfuseServer(WORLD) as server:
        push_dataset([case], NAME, **to(server))
        held = _items(server)
    assert "example.com" not in str(held)
    assert held[0]["input"][0]["role"] == "user"


def test_a_server_without_datasets_says_so() -> None:
    faults = Faults().always(trouble.status(404, page=True), "dataset")
    with (
        LangfuseServer(WORLD, faults=faults) as server,
        pytest.raises(SourceError, match="knows no datasets"),
    ):
        push_dataset(CASES, NAME, **to(server))


def test_a_refused_item_is_named_and_the_others_are_sent() -> None:
    faults = Faults().at(2, trouble.status(400), "dataset-items")
    with LangfuseServer(WORLD, faults=faults) as server:
        done = push_dataset(CASES, NAME, **to(server))
        assert (done.band, len(done.ids("rejected")), len(done.ids("sent"))) == ("watch", 1, 4)
        assert done.frame["reason"][1].startswith("400")


@pytest.mark.parametrize(
    "given, said",
    [
        ([{"pattern": "a"}], "no 'source_trace'"),
        (7, "not int"),
        ("nowhere.jsonl", "cannot be read"),
    ],
)
def test_what_is_no_list_of_cases_is_refused(given: Any, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        push_dataset(given, NAME)
    with pytest.raises(BadInputError, match="needs a name"):
        push_dataset(CASES, "")


def test_a_file_that_holds_no_cases_pushes_nothing(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(b"\n")
    with LangfuseServer(WORLD) as server:
        done = push_dataset(tmp_path / "cases.jsonl", NAME, **to(server))
        assert (done.band, done.headline) == ("unknown", "There is no case to push.")
        assert _posts(server) == 0
    assert orjson.loads(done.to_json())["verb"] == "push_dataset"
