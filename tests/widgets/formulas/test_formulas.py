"""Do both writings of each formula say the same?"""

import json
import re
import shutil
from collections.abc import Iterator
from math import isclose, isnan
from pathlib import Path
from typing import Any

import pytest

from agentlens.page.script import joined
from agentlens.widgets.formulas.table import FORMULAS, Formula
from tests.harness.node import CORE, ROOT, node, parity_of_mutant
from tests.vectors.case import number, vectors
from tests.vectors.every import CASES

VECTORS = ROOT / "tests/vectors"
TESTS = sorted(str(one) for one in (ROOT / "tests/js").glob("*.test.mjs"))

# Each is one step off, where nobody would see it in a picture.
MUTANTS = [
    ("follow.js", "over[0] > 1 || over[1] > 1", "over[0] >= 1 || over[1] > 1"),
    ("follow.js", "< BACK", "<= 1"),
    ("follow.js", "const RUNAWAY = 2;", "const RUNAWAY = 3;"),
    ("follow.js", "      [a, b] = fresh;\n      before = now;", "      before = now;"),
    ("drawn.js", "if (present[t]) place += 1;", "place += 1;"),
    ("drawn.js", "let heard = mean;", "let heard = square[0];"),
    ("drawn.js", "faded * spread", "keep * spread"),
    ("drawn.js", "let spread = (mean * lam) / (2 - lam);", "let spread = 0;"),
    ("inflation.js", "** (lag + 1)", "** lag"),
    ("inflation.js", "lag < lags", "lag <= lags"),
    ("judged.js", "place === span.length - 1 && place > 2", "place === span.length - 1"),
    ("judged.js", "one >= LEAST_BAD", "one > LEAST_BAD"),
    ("judged.js", "shorter[place + 1] && fast[place + 2]", "shorter[place + 1] && fast[place + 1]"),
]


def numbers(value: Any) -> Iterator[float | str]:
    """Return all that stands in a JSON value, in order."""
    if isinstance(value, dict):
        for key in value:
            yield key
            yield from numbers(value[key])
    elif isinstance(value, list):
        for one in value:
            yield from numbers(one)
    else:
        yield value


def same(one: float | str, other: float | str) -> bool:
    """Return whether two values are the same, up to what another machine's last digit does."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return isclose(one, other, rel_tol=1e-13) or (isnan(one) and isnan(other))


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: str(one.name))
def test_regenerating_the_vectors_gives_what_is_committed(formula: Formula) -> None:
    committed = json.loads((VECTORS / f"{formula.name}.json").read_text(encoding="utf-8"))
    now = json.loads(json.dumps(vectors(formula, CASES[formula.name]())))
    assert len(now["cases"]) >= 50
    ours, theirs = list(numbers(now)), list(numbers(committed))
    assert len(ours) == len(theirs)
    assert all(map(same, ours, theirs))


def test_every_formula_has_cases_and_every_file_a_formula() -> None:
    names = {formula.name for formula in FORMULAS}
    assert len(names) == len(FORMULAS)
    assert names == set(CASES) == {one.stem for one in VECTORS.glob("*.json")}


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: str(one.name))
def test_the_cases_hold_what_goes_wrong_in_practice(formula: Formula) -> None:
    cases = json.loads((VECTORS / f"{formula.name}.json").read_text(encoding="utf-8"))["cases"]
    given = [one for case in cases for one in numbers([case["params"], case["arrays"]])]
    assert "NaN" in given
    for case in cases:
        assert list(case["params"]) == list(formula.params)
        assert list(case["arrays"]) == list(formula.arrays)
        assert list(case["gives"]) == list(formula.gives)


def test_charts_of_the_vectors_call_on_either_side_and_hold_gaps_and_no_bins() -> None:
    for name in ("ewma_drawn", "cusum_drawn", "shewhart_drawn"):
        cases = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
        called = [number(one) for case in cases for one in case["gives"]["beyond"]]
        assert min(called.count(1), called.count(-1)) > 30
        assert {0, 1, 2} <= {len(case["arrays"]["present"]) for case in cases}
        empty = [case for case in cases if 0 in case["arrays"]["present"]]
        assert len(empty) >= 10


def test_the_browsers_formulas_reproduce_every_vector() -> None:
    done = node("--test", *TESTS)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(
    "file,old,new", MUTANTS, ids=[f"{file}: {new.strip()}" for file, _, new in MUTANTS]
)
def test_a_formula_that_is_one_step_off_fails(
    tmp_path: Path, file: str, old: str, new: str
) -> None:
    done = parity_of_mutant(tmp_path, file, old, new)
    assert done.returncode == 1
    assert "instead of" in done.stdout


def test_another_version_in_the_browser_fails(tmp_path: Path) -> None:
    shutil.copytree(CORE, tmp_path / "core")
    index = tmp_path / "core/index.js"
    text = index.read_text(encoding="utf-8").replace(
        "ewma_drawn: { version: 1", "ewma_drawn: { version: 2"
    )
    index.write_text(text, encoding="utf-8")
    parity = str(ROOT / "tests/js/parity.test.mjs")
    done = node(parity, environment={"AGENTLENS_CORE": str(tmp_path / "core")})
    assert done.returncode == 1


def test_formulas_know_neither_page_nor_network() -> None:
    for file in CORE.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        code = re.sub(r"//.*", "", text)
        assert not re.search(
            r"\b(document|window|fetch|globalThis|Date|Math\.random)\b[.(]", code
        ), file


def test_the_engines_join_into_one_script_with_every_name_used_once() -> None:
    folder, waiting = ROOT / "agentlens/widgets/js", [Path("engines/index.js")]
    names: list[str] = []
    for file in waiting:  # grows by what each imports
        text = (folder / file).read_text(encoding="utf-8")
        names += re.findall(r"^(?:export )?(?:function|const|class|let) (\w+)", text, re.MULTILINE)
        for one in re.findall(r'from "(\.[^"]+)";', text):
            other = (folder / file.parent / one).resolve().relative_to(folder)
            waiting += [other] * (other not in waiting)
    assert "ENGINES" in names
    assert sorted(set(names)) == sorted(names)
    assert len(joined("widgets/js/engines/index.js")) < 30_000
