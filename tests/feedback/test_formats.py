"""Do cases come through every tool's format as they were, and do the tests that are made run?"""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agentlens.feedback.regressions.formats import FORMATS
from agentlens.feedback.regressions.formats.draft import as_text
from agentlens.feedback.regressions.formats.text import document, inert, lines
from agentlens.feedback.regressions.promote import promote
from agentlens.tables.characters import whole
from agentlens.tables.frames import from_frames
from tests.feedback.hostile import HOSTILE
from tests.logs import START

COLUMNS = ("note", "expected", "rater", "rubric")


@cache
def _cases() -> tuple[dict[str, Any], ...]:
    """Return a case for each hostile text, which stands in every field."""
    held = pd.Series(HOSTILE, dtype=object)
    ids = [f"t{i}" for i in range(len(held))]
    rows = pd.DataFrame({"trace_id": ids, "start": START, "task_type": held, "output": held})
    rows["input"] = held.where(held.str.strip() != "", "something")
    rows["model"] = held
    steps = []
    for kind in ("tool", "retrieval"):
        step = pd.DataFrame({"trace_id": ids, "kind": kind, "name": held, "status": "error"})
        texts = dict.fromkeys(("input", "output", "error_message"), held)
        steps.append(step.assign(span_id=[f"{kind}{one}" for one in ids], start=START, **texts))
    spans = pd.concat(steps, ignore_index=True)
    marks = pd.DataFrame({"trace_id": ids, "label": "fail", **dict.fromkeys(COLUMNS, held)})
    marks["must_match"] = [re.escape(whole(one)) for one in HOSTILE]
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        log = from_frames(rows, spans)
        return promote(log, marks, to=folder, dataset="d", redact=None).cases


def _file(format_name: str, name: str) -> bytes:
    drafts = {one.name: one.data for one in FORMATS[format_name](_cases())}
    return drafts[name]


def _read(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.split(b"\n") if line]


def test_hostile_texts_are_in_every_field_and_come_back() -> None:
    cases = {case["source_trace"]: case for case in _read(_file("jsonl", "cases.jsonl"))}
    assert list(cases.values()) == list(_cases())
    for place, text in enumerate(HOSTILE):
        case, mended = cases[f"t{place}"], whole(text)
        assert case["input"] == (mended if mended.strip() else "something")
        assert case["bad_output"] == mended
        assert all(case[name] == mended for name in COLUMNS)
        assert case["context"]["tools"][0]["arguments"] == mended
        assert case["context"]["retrieved"] == ([mended] if mended.strip() else [])
        assert case["metadata"]["model"] == mended


def test_a_line_is_a_line_for_every_reader() -> None:
    for name, file in (("jsonl", "cases.jsonl"), ("inspect", "inspect_cases.jsonl")):
        data = _file(name, file)
        assert len(data.decode().splitlines()) == data.count(b"\n") == len(_cases())


def test_yaml_readers_read_what_json_readers_read() -> None:
    yaml = pytest.importorskip("yaml")
    data = _file("promptfoo", "promptfoo_tests.yaml")
    assert yaml.safe_load(data) == json.loads(data)
    texts = {str(place): whole(text) for place, text in enumerate(HOSTILE)}
    assert yaml.safe_load(document(texts)) == json.loads(document(texts)) == texts
    assert json.loads(lines([texts])) == texts


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for held in value.values() for one in _strings(held)]
    if isinstance(value, list):
        return [one for held in value for one in _strings(held)]
    return [value] if isinstance(value, str) else []


def test_promptfoo_finds_nothing_to_load_or_to_run_but_our_own_filter() -> None:
    tests = json.loads(_file("promptfoo", "promptfoo_tests.yaml"))
    ours = re.compile(r"\{\{ (input|wanted)_json \| load \}\}")
    for text in _strings(tests):
        assert not text.lower().startswith(("file:", "package:"))
        assert ours.fullmatch(text) or not re.search(r"\{[{%#]", text)
    for test, case in zip(tests, _cases(), strict=True):
        given = test["vars"]
        if "input_json" in given:
            assert json.loads(given["input_json"]) == case["input"]
        else:
            assert given["input"] == case["input"]
        kinds = [one["type"] for one in test["assert"]]
        assert kinds == ["javascript", "javascript", "llm-rubric"]
        assert len(_strings(given)) in {2, 3, 4}


def test_inert_json_has_no_brace_in_a_text_and_means_the_same() -> None:
    for text in map(whole, HOSTILE):
        assert json.loads(inert({"a": [text]})) == {"a": [text]}
        assert not set("{}") & set(inert(text))


def test_inspect_gets_input_target_and_id() -> None:
    samples = _read(_file("inspect", "inspect_cases.jsonl"))
    for sample, case in zip(samples, _cases(), strict=True):
        assert (sample["id"], sample["target"]) == (case["id"], case["expected"])
        assert sample["input"] == case["input"]
        assert sample["metadata"]["bad_output"] == case["bad_output"]
    compile(_file("inspect", "inspect_task.py"), "inspect_task.py", "exec")


def test_deepeval_gets_goldens_of_the_kinds_that_it_takes() -> None:
    goldens = json.loads(_file("deepeval", "deepeval_goldens.json"))
    for golden, case in zip(goldens, _cases(), strict=True):
        assert golden["input"] == as_text(case)
        assert golden["expected_output"] == case["expected"]
        assert golden["actual_output"] == case["bad_output"]
        assert golden["retrieval_context"] == case["context"]["retrieved"]
        assert isinstance(golden["tools_called"][0]["input_parameters"], dict)


def test_a_list_of_messages_is_told_as_text_where_a_tool_wants_text() -> None:
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hi"},
        {"role": "user", "content": "there"},
    ]
    assert as_text({"input": messages}) == "Hi\n\nthere"
    assert as_text({"input": messages[:1]}) == "Be kind."
    assert as_text({"input": "plain"}) == "plain"


AGENTS = """
import json
from pathlib import Path

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("cases.jsonl").read_bytes().split(b"\\n")
    if line
]
BAD = {json.dumps(case["input"]): case["bad_output"] for case in CASES}
MUST = {json.dumps(case["input"]): case["expected"] for case in CASES}

def bad(given):
    return BAD[json.dumps(given)] + "  "

def good(given):
    return f"It is settled: {MUST[json.dumps(given)]}."

def silent(given):
    return ""

def other(given):
    return "Something else."

def strict(case, answer):
    return "It is not settled." if "settled" not in answer else True
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with cases, the test file made for them, and some agents."""
    place = tmp_path_factory.mktemp("regressions")
    drafts = [*FORMATS["jsonl"](_cases()), *FORMATS["pytest"](_cases())]
    for draft in drafts:
        (place / draft.name).write_bytes(draft.data)
    (place / "agents.py").write_text(AGENTS)
    return place


def _run(folder: Path, **names: str) -> tuple[int, str]:
    """Return the exit code of the test file and what it said, run as its user would."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env = kept | {f"AGENTLENS_{key.upper()}": value for key, value in names.items()}
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "."]
    done = subprocess.run(
        [*command, f"--rootdir={folder}", "-c", os.devnull],
        cwd=folder,
        env=env | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_an_agent_the_tests_skip_with_a_sentence(folder: Path) -> None:
    code, said = _run(folder)
    assert code == 0
    assert f"{len(_cases())} skipped" in said
    assert "No agent: set AGENTLENS_AGENT" in said


def test_an_agent_that_fails_as_before_fails_every_case(folder: Path) -> None:
    code, said = _run(folder, agent="agents:bad")
    assert code == 1
    assert f"{len(_cases())} failed" in said
    assert "The answer is the one that failed" in said
    code, said = _run(folder, agent="agents:silent")
    assert f"{len(_cases())} failed" in said
    assert "There is no answer" in said


def test_an_agent_that_answers_well_passes_every_case(folder: Path) -> None:
    code, said = _run(folder, agent="agents:good", grader="agents:strict")
    assert code == 0, said
    assert f"{len(_cases())} passed" in said


def test_expressions_and_the_grader_have_their_say(folder: Path) -> None:
    code, said = _run(folder, agent="agents:other")
    assert code == 1
    assert "The answer lacks" in said
    (folder / "plain").mkdir()
    for name in ("test_regressions.py", "agents.py"):
        (folder / "plain" / name).write_bytes((folder / name).read_bytes())
    kept = [{**case, "must_match": "", "must_not_match": ""} for case in _cases()]
    (folder / "plain" / "cases.jsonl").write_bytes(lines(kept))
    assert _run(folder / "plain", agent="agents:other")[0] == 0
    code, said = _run(folder / "plain", agent="agents:other", grader="agents:strict")
    assert "It is not settled." in said
    hook = "import pytest\nimport agents\n@pytest.fixture\ndef agent():\n    return agents.bad\n"
    (folder / "plain" / "conftest.py").write_text(hook)
    assert "The answer is the one that failed" in _run(folder / "plain")[1]
