"""Is every script of a view small, whole, and safe to be one module?"""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from agentlens.page.script import joined

SCRIPTS = Path(__file__).resolve().parents[3] / "agentlens" / "widgets" / "js"
VIEWS = sorted(path.stem for path in (SCRIPTS / "views").glob("*.js"))
_NAMES = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|class|const|let|var) (?:(\w+)|\{([^}]*)\}|\[([^\]]*)\])",
    re.MULTILINE,
)


def source(view: str) -> str:
    return joined(f"widgets/js/views/{view}.js")


def top_level(script: str) -> list[str]:
    """The names that a joined script declares outside all braces.

    Indents are left out in a joined script, so that the depth is counted; what strings and
    templates hold is passed over.
    """
    names: list[str] = []
    depth = 0
    for line in script.splitlines():
        if depth == 0 and (found := _NAMES.match(line)):
            one, several, listed = found.groups()
            names += [one] if one else re.findall(r"\w+", several or listed)
        bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|/(?:\\.|[^/\\\n])+/[a-z]*", "", line)
        depth += sum(bare.count(sign) for sign in "{[(") - sum(bare.count(sign) for sign in "}])")
    return names


@pytest.mark.parametrize("view", VIEWS)
def test_a_script_is_at_most_60_kilobytes(view: str) -> None:
    # More takes longer to start, and a view that starts late loses what comes meanwhile.
    assert len(source(view).encode()) <= 60_000


@pytest.mark.parametrize("view", VIEWS)
def test_a_script_is_one_module_that_does_nothing_before_it_is_shown(view: str) -> None:
    script = source(view)
    assert not re.search(r"^import\b", script, re.MULTILINE)
    assert "initialize" not in script
    assert script.count("export default") == 1


@pytest.mark.parametrize("view", VIEWS)
def test_no_name_is_declared_twice(view: str) -> None:
    twice = {name for name, n in Counter(top_level(source(view))).items() if n > 1}
    assert twice == set()


@pytest.mark.parametrize("view", VIEWS)
def test_a_script_can_be_read_and_runs_to_its_end_at_once(view: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node on the PATH")
    # As a module of the older kind, in which nothing may wait outside a function.
    path = tmp_path / "view.cjs"
    script = source(view).replace("export default", "module.exports =")
    path.write_text(f'"use strict";\n{script}', encoding="utf-8")
    done = subprocess.run([node, "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_script_makes_markup_of_text() -> None:
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write|DOMParser|\beval\("
    found = {
        path.name: re.findall(ways, path.read_text(encoding="utf-8"))
        for path in SCRIPTS.rglob("*.js")
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_names_are_found_where_they_are_declared() -> None:
    script = 'const a = "{";\nfunction b() {\nconst inner = 1;\n}\nlet { c, d } = e;\nconst f = 1;'
    assert top_level(script) == ["a", "b", "c", "d", "f"]
