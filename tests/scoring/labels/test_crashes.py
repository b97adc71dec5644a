"""Does a label survive whatever happens to the process in which it was given?"""

import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

import agentlens as al
from tests.scoring.labels.labelling import plan_at

_ROOT = Path(__file__).parents[3]


def _begun(store: Path, rater: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "tests.scoring.labels.labelling", str(store), rater],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _until(out: "IO[str]", words: str) -> str:
    """Return what a process says until it has said these words."""
    said = ""
    while words not in said:
        one = out.read(1)
        assert one, f"it ended and never said {words!r}: {said}"
        said += one
    return said


@pytest.mark.parametrize("answered", [1, 7])
def test_a_kill_between_two_keys_loses_nothing_and_the_queue_goes_on(
    answered: int, tmp_path: Path
) -> None:
    store = tmp_path / "store.sqlite"
    with _begun(store, "ana") as process:
        keys, out = process.stdin, process.stdout
        assert keys is not None
        assert out is not None
        for _ in range(answered):
            _until(out, "q quit > ")
            keys.write("p\n")
            keys.flush()
            _until(out, "q quit > ")  # the label was answered; the judge's verdict is shown
            keys.write("\n")
            keys.flush()
        _until(out, f"\n{answered + 1} of 44 ")
        process.kill()
    plan = plan_at(str(store))
    nothing_more = al.label(plan, rater="ana", answers=lambda _: None, store=store)
    assert int(nothing_more.progress["labelled"]) == answered
    first = plan.frame["trace_id"].tolist()[:answered]
    assert nothing_more.labels["trace_id"].tolist() == first
    rest = al.label(plan, rater="ana", answers=lambda _: "f", store=store)
    assert repr(rest) == "Marks(44 of 44 labelled)"
    assert (rest.labels["value"] == 1).sum() == answered


def test_a_kill_right_after_a_verdict_keeps_it(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    with _begun(store, "ana") as process:
        keys, out = process.stdin, process.stdout
        assert keys is not None
        assert out is not None
        _until(out, "q quit > ")
        keys.write("f it was late\n")
        keys.flush()
        _until(out, "judge careful-1")
        process.kill()
    kept = al.label(plan_at(str(store)), rater="ana", answers=lambda _: None, store=store)
    assert kept.labels["note"].tolist() == ["it was late"]


def test_two_raters_at_once_each_have_a_queue_of_their_own(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    both = [_begun(store, rater) for rater in ("ana", "ben")]
    for place, process in enumerate(both):
        said, _ = process.communicate("pf"[place] + "\n\n" * 1 + "q\n", timeout=60)
        assert "Marks(1 of 44 labelled)" in said
    kept = al.label(plan_at(str(store)), rater="ana", answers=lambda _: None, store=store)
    assert dict(zip(kept.labels["rater"], kept.labels["label"], strict=True)) == {
        "ana": "pass",
        "ben": "fail",
    }
    assert kept.labels["trace_id"].nunique() == 1, "both begin with the same trace"
