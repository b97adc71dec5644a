"""Is the public face complete, cheap to import, and its examples true?"""

import ast
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

import agentlens as al

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("plotly", "scipy.stats", "scipy.optimize", "statsmodels", "IPython", "sklearn")


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_three_lists_of_public_names_agree() -> None:
    assert sorted(al._HOMES) == sorted(al.__all__)
    assert dir(al) == sorted([*al.__all__, "__version__"])
    tree = ast.parse((ROOT / "agentlens" / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == {name: f"agentlens.{home}" for name, home in al._HOMES.items()}


@pytest.mark.parametrize("name", al.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(al, name)
    assert value.__name__ == name
    assert value.__doc__
    if callable(value) and not isinstance(value, type):
        assert ">>>" in value.__doc__, f"{name} has no example"


def test_a_misspelt_name_is_met_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="Did you mean 'control_chart'"):
        _ = al.controll_chart


def test_importing_loads_nothing_heavy_and_tables_load_no_plotting() -> None:
    code = (
        "import agentlens, sys, json; agentlens.Log; agentlens.from_frames;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    loaded = set(json.loads(_run(code)))
    assert not loaded & set(HEAVY)


def test_import_costs_no_more_than_pandas() -> None:
    code = "import time; t = time.process_time(); import {what}; print(time.process_time() - t)"
    ratios = []
    for _ in range(5):
        ours, theirs = (float(_run(code.format(what=what))) for what in ("agentlens", "pandas"))
        ratios.append(ours / theirs)
    assert median(ratios) <= 1.15


def test_the_vocabulary_of_the_house_is_kept_out_of_upper_layers() -> None:
    """No FigureWidget anywhere: it loses events and never frees its memory."""
    for file in (ROOT / "agentlens").rglob("*.py"):
        assert "FigureWidget" not in file.read_text(), file
