"""Does the browser count thresholds and bands, and write numbers, as Python does?"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agentlens import text
from tests.harness.node import CORE, node, parity_of_mutant

# Each is one step off, where nobody would see it in a table.
MUTANTS = [
    ("threshold.js", "found[i] = sum;\n    sum += parts[i];", "found[i] = sum += parts[i];"),
    ("threshold.js", "i - start > best[1] - best[0]", "i - start >= best[1] - best[0]"),
    ("threshold.js", "(best[0] + best[1] - 1) / 2", "(best[0] + best[1]) / 2"),
    ("threshold.js", "cost_fp * c + cost_fn * b", "cost_fp * b + cost_fn * c"),
    ("threshold.js", "if (Number.isNaN(one)) return -1;", ""),
    ("threshold.js", "b, c, d) => d / (c + d)", "b, c, d) => d / (b + d)"),
    ("bands.js", "Math.min(below + 1, n)", "Math.min(below, n)"),
    ("bands.js", "Math.min(below, n)", "Math.min(below + 1, n)"),
    ("bands.js", "above >= 0 ?", "above > 0 ?"),
    ("bands.js", "one / days", "one * days"),
]


@pytest.mark.parametrize(
    "file,old,new", MUTANTS, ids=[f"{file}: {new.strip()}" for file, _, new in MUTANTS]
)
def test_a_count_that_is_one_step_off_fails(tmp_path: Path, file: str, old: str, new: str) -> None:
    done = parity_of_mutant(tmp_path, file, old, new)
    assert done.returncode == 1
    assert "instead of" in done.stdout


def test_numbers_become_the_same_words_on_both_sides() -> None:
    rng = np.random.default_rng(3)
    values = (rng.choice([-1, 1], 2000) * 10 ** rng.uniform(-9, 9, 2000)).tolist()
    values += (rng.integers(-5000, 5000, 2000) / rng.choice([2, 4, 8, 16], 2000)).tolist()
    values += [0.0, 0.5, 2.5, 0.25, 0.125, 1e-6, 1e-7, 1000.0, 999.5, 0.0005, 0.995, 1e15]
    wanted = [
        [text.significant(one), text.significant(one, 2), text.share(one), text.share(one, 50), text.count(one)]
        for one in values
    ]  # fmt: skip
    found = ran(
        "amounts.js",
        "values.map((one) => [core.significantWords(one), core.significantWords(one, 2),"
        " core.shareWords(one), core.shareWords(one, 50), core.countWords(one)])",
        values,
    )
    assert found == wanted


def test_windows_stay_in_the_log_and_keep_their_length_where_they_move() -> None:
    rng = np.random.default_rng(4)
    limits = {"first": 0, "last": 1000, "width": 10}
    cases: list[dict[str, Any]] = [
        {
            "window": np.sort(rng.choice(101, 2, replace=False) * 10).tolist(),
            "by": int(rng.choice([-1, 1])),
            "factor": float(rng.choice([0.5, 2.0])),
            "at": float(rng.uniform(-300, 1300)),
        }
        for _ in range(300)
    ]
    found = ran(
        "windows.js",
        "values.cases.map(({ window, by, factor, at }) => { const l = values.limits; return {"
        " moved: core.movedWindow(window, by, l), wide: core.widenedWindow(window, factor, l),"
        ' from: core.draggedWindow(window, "from", at, 0, l), to: core.draggedWindow(window, "to", at, 0, l),'
        ' whole: core.draggedWindow(window, "whole", at, 0, l) }; })',
        {"cases": cases, "limits": limits},
    )
    for case, one in zip(cases, found, strict=True):
        start, stop = case["window"]
        length = stop - start
        for window in one.values():
            assert 0 <= window[0] < window[1] <= 1000
        for name in ("moved", "whole"):
            assert one[name][1] - one[name][0] == length
        far = one["moved"][0] - start
        assert far == np.clip(case["by"] * length, -start, 1000 - stop)
        assert one["wide"][1] - one["wide"][0] == np.clip(length * case["factor"], 10, 1000)
        assert (one["from"][1], one["to"][0]) == (stop, start)
        assert one["from"][0] % 10 == one["to"][1] % 10 == 0


def test_an_axis_of_time_never_names_more_than_it_was_allowed() -> None:
    hour = 3600e3
    found = ran(
        "windows.js",
        "values.map(([first, last, most]) => core.timeTicks(first, last, most))",
        [[5, 5 + 28 * 24 * hour, 8], [5, 5 + 3 * hour, 4], [5, 5 + 4000 * 24 * hour, 6]],
    )
    for ticks, most in zip(found, (8, 4, 6), strict=True):
        assert 2 <= len(ticks) <= most + 1
        assert len(set(np.diff(ticks))) == 1


def ran(file: str, expression: str, values: object) -> Any:
    """Return what an expression of a core file gives; `core` is the file, `values` what is given."""
    script = (
        f'import * as core from "{(CORE / file).as_uri()}"; import {{ readFileSync }} from "node:fs";'
        f' const values = JSON.parse(readFileSync(0, "utf8")); console.log(JSON.stringify({expression}));'
    )
    done = node("--input-type=module", "-e", script, given=json.dumps(values))
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
