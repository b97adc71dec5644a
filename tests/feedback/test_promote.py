"""Does each labelled failure become one case per pattern, once, safely and whole?"""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.feedback.regressions.cases import case_id, conversation
from agentlens.feedback.regressions.formats import FORMATS
from agentlens.feedback.regressions.formats.draft import Draft
from agentlens.feedback.regressions.marks import marks_of
from agentlens.feedback.regressions.promote import Promotion, promote
from agentlens.feedback.regressions.shelf import open_shelf
from agentlens.feedback.triage.worst import worst
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log

ALL = [*FORMATS]
ERRORS = ("timeout", "quota", "refusal")


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTLENS_REDACT_KEY", "a key for tests only")


def _log(n: int = 9, **columns: Any) -> Log:
    rows = {
        "trace_id": [f"t{i}" for i in range(n)],
        "start": START + pd.to_timedelta(range(n), unit="h"),
        "status": "error",
        "error_type": [ERRORS[i % 3] for i in range(n)],
        "input": [f"question {i}" for i in range(n)],
        "output": [f"answer {i}" for i in range(n)],
    }
    return from_frames(pd.DataFrame(rows | columns))


def _cases(folder: Path) -> list[dict[str, Any]]:
    held = (folder / "cases.jsonl").read_bytes()
    return [json.loads(line) for line in held.split(b"\n") if line]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


def _marked(log: Log, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"trace_id": log.traces["trace_id"], "label": "fail", **columns})


def test_one_case_a_pattern_the_newest_with_the_others_counted_and_named(tmp_path: Path) -> None:
    done = promote(_log(), [f"t{i}" for i in range(9)], to=tmp_path)
    assert [case["pattern"] for case in _cases(tmp_path)] == ["quota", "refusal", "timeout"]
    assert [case["source_trace"] for case in done.cases] == ["t7", "t8", "t6"]
    first = _cases(tmp_path)[0]
    assert (first["n_alike"], first["alike"]) == (3, ["t1", "t4"])
    assert (first["input"], first["bad_output"]) == ("question 7", "answer 7")
    assert first["id"] == case_id(tmp_path.name, "quota", "t7")
    assert (first["version"], first["label"], first["weight"]) == (1, "fail", 1.0)
    assert first["expected"].startswith("The answer must not fail like this: quota.")
    assert done.band == "pass"


def test_the_clearest_example_is_taken_before_the_newest(tmp_path: Path) -> None:
    log = _log(4, error_type="quota", input=["a", "b", "c", ""])
    marks = _marked(log, note=["", "no", "", "no"], expected=["yes", "", "", "yes"])
    assert promote(log, marks, to=tmp_path / "1").cases[0]["source_trace"] == "t0"
    assert promote(log, marks.drop(columns="expected"), to=tmp_path / "2").cases[0][
        "source_trace"
    ] == ("t1")
    answered = _cases(tmp_path / "1")[0]
    assert (answered["expected"], answered["expected_is"]) == ("yes", "answer")


def test_a_note_is_a_fault_to_avoid_and_no_answer_to_give(tmp_path: Path) -> None:
    log = _log(1)
    case = promote(log, _marked(log, note=["promised a refund"]), to=tmp_path).cases[0]
    assert case["expected_is"] == "criterion"
    assert case["expected"].startswith("The answer must not fail like this: promised a refund.")
    assert case["note"] == "promised a refund"


@settings(max_examples=15)
@given(st.permutations(range(9)), st.lists(st.sampled_from(["pass", "fail", "unsure"]), min_size=9))
def test_the_order_of_marks_does_not_matter(order: list[int], labels: list[str]) -> None:
    log = _log()
    marks = _marked(log).assign(label=labels[:9], rater=["ann", "bob", "eve"] * 3)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first = promote(log, marks, to=one, dataset="d", formats=ALL, redact=None)
        again = promote(log, marks.iloc[order], to=other, dataset="d", formats=ALL, redact=None)
        assert _bytes(Path(one)) == _bytes(Path(other))
        pd.testing.assert_frame_equal(first.frame, again.frame)
        fails = {
            one for one, said in zip(marks["trace_id"], labels, strict=False) if said == "fail"
        }
        named = [one for case in first.cases for one in (case["source_trace"], *case["alike"])]
        assert sorted(named) == sorted(fails)


def test_promoting_twice_is_promoting_once(tmp_path: Path) -> None:
    ids = [f"t{i}" for i in range(9)]
    promote(_log(), ids, to=tmp_path, formats=ALL)
    before, times = _bytes(tmp_path), {one: one.stat().st_mtime_ns for one in tmp_path.iterdir()}
    again = promote(_log(), ids, to=tmp_path, formats=ALL)
    assert _bytes(tmp_path) == before
    assert {one: one.stat().st_mtime_ns for one in tmp_path.iterdir()} == times
    assert set(again.frame["state"]) == {"known"}
    assert again.version == 1
    assert {one.state for one in again.files} == {"same"}


def test_only_new_patterns_are_added_and_history_stays(tmp_path: Path) -> None:
    promote(_log(), ["t0", "t1"], to=tmp_path)
    old = (tmp_path / "cases.jsonl").read_bytes()
    done = promote(_log(), ["t3", "t4", "t8"], to=tmp_path, formats=ALL)
    assert (tmp_path / "cases.jsonl").read_bytes().startswith(old)
    assert [case["version"] for case in _cases(tmp_path)] == [1, 1, 2]
    assert done.frame.set_index("pattern")["state"].to_dict() == {
        "quota": "known",
        "refusal": "new",
        "timeout": "known",
    }
    assert done.headline == (
        f"1 new case from 3 failed traces; the dataset {tmp_path.name} has 3 cases now,"
        " at version 2."
    )


def test_a_code_is_the_pattern_and_a_note_tells_silent_failures_apart(tmp_path: Path) -> None:
    log = _log(5, status="ok", error_type=None)
    marks = _marked(
        log, code=["", "", "", "made up", "made up"], note=["rude", "Rude ", "wrong", "", "x"]
    )
    promote(log, marks, to=tmp_path)
    found = {case["pattern"]: case["n_alike"] for case in _cases(tmp_path)}
    assert found == {
        "made up": 2,
        "nothing recorded, noted rude": 2,
        "nothing recorded, noted wrong": 1,
    }


def test_people_who_disagree_are_not_overruled_and_the_newest_mark_counts() -> None:
    marks = pd.DataFrame(
        {
            "trace_id": ["a", "a", "b", "b", "c", "c", "d", "d"],
            "rater": ["ann", "bob", "ann", "ann", "ann", "bob", "ann", "ann"],
            "label": ["fail", "pass", "fail", "pass", "fail", "unsure", "Fail", "fail"],
            "note": ["", "", "", "", "one", "", "two", "three"],
            "time": START + pd.to_timedelta([0, 1, 0, 1, 0, 0, 5, 5], unit="h"),
        }
    )
    found = marks_of(marks)
    assert found.fails["trace_id"].tolist() == ["c", "d"]
    assert found.fails["note"].tolist() == ["one", "three; two"]
    assert found.skipped == {"pass": 1, "unsure": 0, "disputed": 1}
    assert found.repeated == 4
    assert marks_of(marks.drop(columns="time")).skipped["disputed"] == 2


def test_marks_come_in_any_shape() -> None:
    class Labels:
        labels = pd.DataFrame({"trace_id": ["a", "b"], "label": ["fail", None]})

    shapes: list[Any] = [["a"], {"a": "fail", "b": "pass"}, Labels(), pd.Series(["a"]), ("a", "a")]
    for shape in shapes:
        assert marks_of(shape).fails["trace_id"].tolist() == ["a"]


def test_marks_that_cannot_be_meant_are_refused() -> None:
    for wrong in ("a", 5):
        with pytest.raises(BadInputError, match="marks are a frame"):
            marks_of(wrong)
    with pytest.raises(UnknownNameError, match="Did you mean 'fail'"):
        marks_of({"a": "fial"})
    with pytest.raises(UnknownNameError, match="Did you mean 'trace'"):
        marks_of(pd.DataFrame({"trace": ["a"], "label": ["fail"]}))
    with pytest.raises(BadInputError, match="no regular expression"):
        marks_of(pd.DataFrame({"trace_id": ["a"], "label": "fail", "must_match": ["("]}))


def test_without_a_failure_nothing_is_written_and_it_says_so(tmp_path: Path) -> None:
    none = promote(_log(), {"t1": "pass", "t2": "unsure"}, to=tmp_path / "new")
    assert none.band == "unknown"
    assert not (tmp_path / "new").exists()
    assert none.facts()["skipped: passed"].value == 1
    strange = promote(_log(), ["elsewhere"], to=tmp_path / "new")
    assert "Left out: 1 failed trace that this log lacks." in strange.caveats
    silent = promote(_log(1, input=None), ["t0"], to=tmp_path / "new")
    assert (silent.band, silent.frame["state"].tolist()) == ("unknown", ["no input"])
    assert not (tmp_path / "new").exists()


def test_what_gives_a_person_away_does_not_reach_any_file(tmp_path: Path) -> None:
    planted = "ottoline@example.com or +49 170 1234567"
    log = _log(3, input=[f"I am {planted}"] * 3, output=[json.dumps({"said": planted})] * 3)
    marks = _marked(log, note=[planted] * 3, rater=["ann@example.com"] * 3, expected=[planted] * 3)
    promote(log, marks, to=tmp_path, formats=ALL)
    for data in _bytes(tmp_path).values():
        assert b"example.com" not in data
        assert b"1234567" not in data
    assert "<EMAIL_" in _cases(tmp_path)[0]["input"]


def test_it_refuses_to_write_what_a_pattern_still_finds(tmp_path: Path) -> None:
    log = _log(3, input=["I am ottoline@example.com"] * 3)
    with pytest.raises(BadInputError, match="email in input") as refused:
        promote(log, ["t1"], to=tmp_path, redact={"fields": {"input": "keep"}})
    assert "ottoline" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    promote(log, ["t1"], to=tmp_path, redact=None)
    assert b"ottoline@example.com" in (tmp_path / "cases.jsonl").read_bytes()
    with pytest.raises(BadInputError, match="cases of earlier days"):
        promote(log, ["t2"], to=tmp_path)


@pytest.mark.parametrize("stop", range(8))
def test_an_interruption_leaves_every_file_whole(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(_log(), ["t0"], to=tmp_path, formats=ALL)
    before = _bytes(tmp_path)
    steps = iter(range(100))
    real_sync, real_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        if next(steps) == stop:
            raise KeyboardInterrupt
        real_sync(handle)

    def rename(self: Path, target: Path) -> Path:
        if next(steps) == stop:
            raise KeyboardInterrupt
        return real_replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        patch.setattr(Path, "replace", rename)
        with pytest.raises(KeyboardInterrupt):
            promote(_log(), ["t1"], to=tmp_path, formats=ALL)
    after = _bytes(tmp_path)
    assert after.keys() == before.keys()
    assert after["cases.jsonl"] == before["cases.jsonl"]
    promote(_log(), ["t1"], to=tmp_path, formats=ALL)
    whole = _bytes(tmp_path)
    assert all(after[name] in (before[name], whole[name]) for name in after)
    assert len(_cases(tmp_path)) == 2


def test_what_another_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    shelf, _ = open_shelf(tmp_path, None)
    promote(_log(), ["t0"], to=tmp_path)
    before = _bytes(tmp_path)
    with pytest.raises(BadInputError, match="changed by somebody else meanwhile"):
        shelf.put([Draft("cases.jsonl", b"mine\n")])
    assert _bytes(tmp_path) == before


def test_a_test_file_that_somebody_changed_is_theirs(tmp_path: Path) -> None:
    promote(_log(), ["t0"], to=tmp_path)
    (tmp_path / "test_regressions.py").write_text("# mine\n")
    done = promote(_log(), ["t1"], to=tmp_path)
    assert (tmp_path / "test_regressions.py").read_text() == "# mine\n"
    assert {one.path.name: one.state for one in done.files} == {
        "test_regressions.py": "kept",
        "cases.jsonl": "changed",
    }


def test_a_case_file_that_is_none_is_refused_and_stays(tmp_path: Path) -> None:
    for broken in (b"{", b"[]\n", b'{"id": "al-1"}\n', b"\xff\xfe"):
        (tmp_path / "cases.jsonl").write_bytes(broken)
        with pytest.raises(BadInputError, match="line 1, is no case"):
            promote(_log(), ["t0"], to=tmp_path)
        assert (tmp_path / "cases.jsonl").read_bytes() == broken


def test_misuse_is_met_with_what_to_do(tmp_path: Path) -> None:
    promote(_log(), ["t0"], to=tmp_path, dataset="shop")
    with pytest.raises(BadInputError, match="holds the dataset 'shop'"):
        promote(_log(), ["t1"], to=tmp_path, dataset="bank")
    assert promote(_log(), ["t1"], to=tmp_path).dataset == "shop"
    with pytest.raises(BadInputError, match="is a file"):
        promote(_log(), ["t1"], to=tmp_path / "cases.jsonl")
    with pytest.raises(UnknownNameError, match="Did you mean 'pytest'"):
        promote(_log(), ["t1"], to=tmp_path, formats="pytests")
    with pytest.raises(BadInputError, match="takes a Log first"):
        promote(["t1"], _log(), to=tmp_path)  # type: ignore[arg-type]


def test_messages_are_kept_as_messages_where_nothing_gets_lost() -> None:
    plain = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
    assert conversation(json.dumps(plain)) == plain
    assert conversation(json.dumps({"messages": plain})) == plain
    parts = [{"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b"}]}]
    assert conversation(json.dumps(parts)) == [{"role": "user", "content": "a\nb"}]
    lossy: list[Any] = [
        [{"role": "assistant", "content": "I look.", "tool_calls": [{"name": "search"}]}],
        [{"role": "assistant", "content": None, "tool_calls": [1]}],
        [{"role": "user", "content": [{"type": "image", "url": "x"}]}],
        {"messages": plain, "top_k": 3},
        [1, 2],
    ]
    for held in lossy:
        assert conversation(json.dumps(held)) == json.dumps(held)


def test_the_card_says_what_was_written_and_what_was_left(tmp_path: Path) -> None:
    marks = {f"t{i}": "fail" for i in range(6)} | {"t6": "pass", "t7": "unsure", "x": "fail"}
    done = promote(_log(), marks, to=tmp_path)
    facts = {name: str(fact) for name, fact in done.facts().items()}
    assert facts["new cases"] == "3"
    assert facts["failed traces alike"] == "3"
    assert (facts["skipped: passed"], facts["skipped: unsure"]) == ("1", "1")
    assert facts["skipped: not in this log"] == "1"
    assert facts["in"] == str(tmp_path)
    assert "cases.jsonl (new)" in facts["files"]
    assert "refusal" in done.card()


def test_friday_triage_ends_in_cases(tmp_path: Path) -> None:
    bad = worst(demo_log().last("7D"), n=30)
    done: Promotion = promote(demo_log(), list(bad.frame["trace_id"]), to=tmp_path, formats=ALL)
    assert len(done.cases) == done.frame["pattern"].nunique()
    assert int(np.sum([case["n_alike"] for case in done.cases])) == 30
    assert any(case["context"]["tools"] for case in done.cases)
    assert any(case["context"]["retrieved"] for case in done.cases)
    known = set(demo_log().traces["session_id"].dropna())
    held = (tmp_path / "cases.jsonl").read_text(encoding="utf-8")
    assert not any(one in held for one in known)
