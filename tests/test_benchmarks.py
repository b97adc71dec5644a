"""Does one command measure the yardsticks, keep what it measured, and say what it did not?"""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.yardsticks import command
from benchmarks.yardsticks.catalogue import YARDSTICKS
from benchmarks.yardsticks.child import FailedError
from benchmarks.yardsticks.picture import SHORT, drawn
from benchmarks.yardsticks.row import Row, row_of
from benchmarks.yardsticks.table import kept, line, markdown, read, slopes
from benchmarks.yardsticks.worlds import WORLDS
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

ROOT = Path(__file__).resolve().parents[1]
PLAIN = ("numpy", "pandas", "scipy", "duckdb", "pyarrow", "plotly")


def took(cpu: float, peak: float = 100.0) -> dict[str, Any]:
    return {"cpu": cpu, "wall": cpu, "peak": peak, "held": 1.0, "versions": {"python": "3"}}


def row(name: str, size: int, cpu: float, **more: Any) -> Row:
    return Row("P4", name, name, "others", size, cpu=(cpu,), peak=(100.0 + size / 1e4,), **more)


def test_one_command_measures_ours_beside_theirs_and_says_which_peer_did_not_run(
    tmp_path: Path,
) -> None:
    asked = "--only run-length,drift-nannyml --sizes 500 --runs 1 --out rows.json --data made"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *asked.split()],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    alone, paired = sorted(read(tmp_path / "rows.json"), key=lambda one: one.name)
    assert alone.note == "peer not run"
    assert len(alone.cpu) == 1
    assert alone.other == ()
    assert alone.size == 500
    assert "peer not run" in done.stdout
    assert paired.cpu[0] > 0
    assert paired.ratios == [pytest.approx(paired.cpu[0] / paired.other[0])]
    assert min(*paired.peak, *paired.other_peak) > 5
    assert paired.versions["ours"]["numpy"]
    assert "round 1 of 1" in done.stderr


def test_what_was_measured_before_an_interruption_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    def ran(way: Way, *_: object, **__: object) -> dict[str, Any]:
        calls.append(way.job)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return took(0.5)

    monkeypatch.setattr(command, "ran", ran)
    out = tmp_path / "rows.json"
    assert command.main(["--only", "P8", "--runs", "2", "--out", str(out)]) == 130
    whole, part = read(out)
    assert (whole.name, len(whole.cpu), len(whole.other)) == ("run-length", 2, 2)
    assert (part.name, len(part.cpu), len(part.other)) == ("limit", 1, 0)
    assert "2 rows were measured" in capsys.readouterr().err


def test_a_way_that_fails_leaves_a_note_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ran(way: Way, *_: object, **__: object) -> dict[str, Any]:
        if way.job.endswith(":solved"):
            message = "stopped after 900 s"
            raise FailedError(message)
        return took(0.5)

    monkeypatch.setattr(command, "ran", ran)
    out = tmp_path / "rows.json"
    assert command.main(["--only", "run-length,limit", "--runs", "2", "--out", str(out)]) == 0
    assert [(one.note, len(one.cpu)) for one in read(out)] == [("stopped after 900 s", 2)] * 2


def test_an_unknown_yardstick_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SystemExit, match=r"no yardstick 'P99'. Known: P1, "):
        command.main(["--only", "P99"])


def test_each_goal_has_a_yardstick_and_each_yardstick_its_functions_data_and_versions() -> None:
    assert {one.code for one in YARDSTICKS} == {f"P{number}" for number in range(1, 14)}
    assert {one.name for one in YARDSTICKS if one.growth} == set(SHORT)
    assert len({one.name for one in YARDSTICKS}) == len(YARDSTICKS)
    for one in YARDSTICKS:
        assert one.world in {"", *WORLDS}
        for way in filter(None, (one.ours, one.theirs)):
            module, name = way.job.split(":")
            tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())
            assert name in {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}
            wanted = ROOT / "benchmarks" / "peers" / "requirements" / f"{way.peer}.txt"
            pinned = wanted.read_text().split() if way.peer else []
            assert all("==" in line for line in pinned), wanted


def test_importing_the_package_alone_loads_no_library() -> None:
    """P1: the package costs what its own few lines cost; its tables cost pandas."""
    code = "import agentlens, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {one.split(".")[0] for one in json.loads(done.stdout)} & set(PLAIN)


@pytest.mark.parametrize(
    "goal, said",
    [
        (Goal(ratio=0.5), "**missed**"),
        (Goal(ratio=0.7), "| met |"),
        (Goal(seconds=1.0), "| met |"),
        (Goal(seconds=1.0, memory=99.0), "**met; missed**"),
        (Goal(of_peak=0.5), "| met |"),
        (Goal(ratio=0.5, at=20), "|  |  |"),
        (Goal(), "|  |  |"),
    ],
)
def test_a_line_says_whether_each_goal_is_met(goal: Goal, said: str) -> None:
    one = Yardstick("P4", "x", "", Way("ours", "a:b"), Way("theirs", "a:c"), goal)
    ours, theirs = [took(0.6), took(0.5), took(0.9)], [took(1.0, 300.0)] * 3
    told = line(row_of(one, 10, ours, theirs, "", "2 cores"))
    assert said in told
    assert "0.60 [0.50–0.90], 3 runs" in told
    assert "100 MiB / 300 MiB" in told


def test_growth_is_the_power_of_n_and_takes_three_sizes() -> None:
    rows = [row("steep", n, 2e-6 * n**1.5) for n in (10_000, 31_623, 100_000)]
    rows += [row("two", n, 1.0) for n in (10, 100)]
    rows += [replace(row("other", n, 1.0), what="steep") for n in (10_000, 20_000)]
    found = slopes(rows)
    assert list(found) == ["P4 steep"]
    assert found["P4 steep"][0] == pytest.approx(1.5, abs=1e-9)
    assert "| P4 steep | 2 s, 101 MiB |" in markdown(rows)
    assert "| 1.50 | – |" in markdown(rows)
    rows += [row("steep", 1_000_000, 63.2 * 10)]
    assert re.search(r"\| P4 steep .* \| 1\.\d\d \| 1\.00 \|", markdown(rows))


def test_rows_measured_again_take_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    kept(path, [row("a", 10, 1.0), row("b", 10, 1.0)])
    kept(path, [row("a", 10, 2.0), row("a", 20, 3.0)])
    assert {(one.name, one.size): one.cpu[0] for one in read(path)} == {
        ("a", 10): 2.0,
        ("a", 20): 3.0,
        ("b", 10): 1.0,
    }


def test_the_picture_names_each_line_once_and_no_name_lies_upon_another() -> None:
    rows = [row(name, n, n / 1e6) for name in SHORT for n in (10_000, 31_623, 100_000)]
    root = ET.fromstring(drawn(rows))  # noqa: S314 - our own picture
    words = [one for one in root.iter() if one.tag.endswith("text")]
    for name in SHORT.values():
        assert sum((one.text or "").split(" ")[0] == name for one in words) == 2
    left = [one for one in words if (one.text or "").split(" ")[0] in SHORT.values()]
    heights = sorted(float(one.attrib["y"]) for one in left)
    assert min(b - a for a, b in pairwise(heights)) > 12
