"""Does each notebook ask a question, answer it, and need nothing but what is installed?"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STORIES = [path for path in NOTEBOOKS if path.stem[:2].isdigit()]
NAMED = re.compile(r"(?<![\w/.-])(?:notebooks/)?(\d\d_[a-z]+)(?![\w-])")
OPENING = re.compile(r"# [^\n]+\n\n(?:[^\n]+\n)*[^\n]+\?\n\nIn five minutes you will have:\n\n\|")

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_story = pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)


def test_the_readme_names_every_notebook_and_no_other() -> None:
    assert set(NAMED.findall((ROOT / "README.md").read_text())) == {path.stem for path in STORIES}


def test_no_page_names_a_notebook_that_is_not_there() -> None:
    there = {path.stem for path in STORIES}
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {page.name: set(NAMED.findall(page.read_text())) - there for page in pages}
    assert not {page: names for page, names in named.items() if names}


def test_a_page_that_names_a_notebook_is_read_as_one() -> None:
    said = "`01_incident`, [two](notebooks/02_langfuse.ipynb), 2026_11 and lake/05_other.py"
    assert NAMED.findall(said) == ["01_incident", "02_langfuse"]


def test_the_stories_are_numbered_without_a_gap() -> None:
    numbers = [int(path.stem[:2]) for path in STORIES]
    assert numbers == list(range(1, len(numbers) + 1))


@every_story
def test_it_opens_with_a_question_and_what_it_will_give(path: Path) -> None:
    first = _cells(path)[0]
    assert first["cell_type"] == "markdown"
    assert OPENING.match(_source(first)), _source(first)


@every_story
def test_it_ends_with_what_was_asserted_and_the_answer_in_a_sentence(path: Path) -> None:
    cells = _cells(path)
    headings = [_source(one) for one in cells if one["cell_type"] == "markdown"]
    assert headings[-1].startswith("## The answer")
    assert cells[-1]["cell_type"] == "code"
    body = ast.parse(_source(cells[-1])).body
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.Module(body, [])))
    match body[-1]:
        case ast.Expr(ast.Call(ast.Name("Markdown"), [ast.JoinedStr() | ast.BinOp() as answer])):
            assert any(isinstance(node, ast.FormattedValue) for node in ast.walk(answer))
        case _:
            pytest.fail("The last line is the answer: Markdown(f'…') with computed numbers in it.")


@every_notebook
def test_it_is_stored_without_what_it_showed(path: Path) -> None:
    stored = json.loads(path.read_text())
    assert set(stored["metadata"]) <= {"kernelspec", "language_info"}
    ids = [one["id"] for one in stored["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in stored["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@every_notebook
def test_it_needs_only_what_its_readers_have_installed(path: Path) -> None:
    """What `pip install agentlens[notebook,engines]` brings, and for one a server of its clone.

    What a notebook can do without, it tries to import and goes on where that fails.
    """
    code = [_source(one) for one in _cells(path) if one["cell_type"] == "code"]
    wanted = set(_imported("\n".join(code)))
    if "tests" in wanted:
        server = (ROOT / "tests" / "loopback").rglob("*.py")
        beside = [one.read_text() for one in server if not one.name.startswith(("test_", "conf"))]
        wanted |= {name for text in beside for name in _imported(text)}
    theirs = wanted - set(sys.stdlib_module_names) - {"agentlens", "tests"}
    assert not {name for name in theirs if not _plain(_providers().get(name, ())) & _installed()}


def _cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text())["cells"]
    return cells


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _imported(code: str) -> Iterator[str]:
    """Return the packages that some code imports, wherever it does, but for what it only tries."""
    tree = ast.parse(code)
    tried = [one for one in ast.walk(tree) if isinstance(one, ast.Try) and _forgiving(one)]
    perhaps = {node for one in tried for line in one.body for node in ast.walk(line)}
    for node in ast.walk(tree):
        if node in perhaps:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def _forgiving(tried: ast.Try) -> bool:
    """Return whether a lack of a package is caught."""
    return any(
        isinstance(one.type, ast.Name) and one.type.id == "ImportError" for one in tried.handlers
    )


@cache
def _providers() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def _installed() -> frozenset[str]:
    """Return what the package and the extras of its notebooks bring, and what these bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["notebook"], *extras["engines"]]
    found: set[str] = set()
    while asked:
        (name,) = _plain([re.split(r"[^\w.-]", asked.pop(), maxsplit=1)[0]])
        if name in found:
            continue
        found.add(name)
        try:
            asked += [one for one in requires(name) or () if "extra ==" not in one]
        except PackageNotFoundError:
            continue  # for another platform
    return frozenset(found)


def _plain(names: Iterable[str]) -> set[str]:
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}
