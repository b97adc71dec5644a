"""Is a notebook run whole, and is its page the page of the same Results?"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import agentlens as al
from agentlens.errors import BadInputError
from agentlens.report.notebook.run import CellError, run
from agentlens.report.report import Report
from tests.report.answers import WHEN, hostile
from tests.report.test_report import Elements, data_blocks

ROOT = Path(__file__).resolve().parents[3]
BEGIN = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.report.answers import answer, hostile, week
"""
TOLD = """
from agentlens.report.parts.points import Point, Points
first = answer("One", band="act")
report = al.Report(
    "Whole",
    [("A", [first, "Words.", Points([Point("So.", (first,))])]), ("B", [answer("Two")])],
    lead="Read this.",
    highlights={"met": al.Fact(value=0.5, unit="share", n=400)},
    actions=[Point("Do it.", (first,))],
    stamps={"Snapshot": "12"},
    notes=["A note."],
)
"""


def notebook(*cells: str, asks: str = "words = 'a'") -> nbformat.NotebookNode:
    made = [new_code_cell(source) for source in cells]
    begin = [
        new_code_cell(asks, metadata={"tags": ["parameters"]}),
        new_code_cell(f"{BEGIN}\nimport agentlens as al"),
    ]
    node: nbformat.NotebookNode = new_notebook(cells=[*begin, *made])
    return node


def saved(report: Report, folder: Path, name: str = "report.html") -> str:
    return report.save(folder / name, generated=WHEN).read_text(encoding="utf-8")


def body(page: str) -> str:
    return page.split("<body>")[1]


def whole() -> Report:
    space: dict[str, Any] = {}
    exec(f"{BEGIN}\nimport agentlens as al\n{TOLD}", space)  # noqa: S102 - as the kernel does
    made: Report = space["report"]
    return made


def sectioned() -> nbformat.NotebookNode:
    node = notebook(TOLD, "report")
    node.cells.insert(0, new_markdown_cell("# How to run this"))
    for heading in ("A", "B"):
        node.cells.append(new_markdown_cell(f"## {heading}"))
        node.cells.append(new_code_cell(f"report[{heading!r}]"))
    return node


def test_the_page_of_a_notebook_is_the_page_of_its_report(tmp_path: Path) -> None:
    rendered = al.render(sectioned())
    assert body(saved(rendered, tmp_path)) == body(saved(whole(), tmp_path))
    again = al.render(sectioned())
    assert saved(again, tmp_path) == saved(rendered, tmp_path)
    frozen = [json.loads(saved(one, tmp_path, "r.ipynb")) for one in (rendered, again)]
    for one, node in zip(frozen, (rendered, again), strict=True):
        assert node.executed is not None
        assert len(one["cells"]) == len(node.executed.cells) + 1


def test_hostile_words_come_through_a_kernel_as_words(tmp_path: Path) -> None:
    node = notebook("for item in hostile()._leaves:\n    display(item)", "hostile()['Every']")
    node.cells[-1].source = "report = hostile()\nreport.sections[[*report.sections][-1]]"
    rendered = al.render(node, title="Hostile")
    page = saved(rendered, tmp_path)
    direct = saved(Report("Hostile", hostile().results), tmp_path)
    assert set(data_blocks(page)["al-facts"]["results"]) >= set(
        data_blocks(direct)["al-facts"]["results"]
    )
    tags = {tag for tag, _ in Elements(page).found}
    assert not tags & {"img", "svg", "iframe", "object", "embed", "base", "form"}
    assert not [a for _, a in Elements(page).found for name in a if name.startswith("on")]


def test_parameters_reach_the_cells_and_the_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "asks.ipynb"
    nbformat.write(notebook("import os; print(words, os.getcwd())"), path)
    before = path.read_bytes()
    node = run(path, {"words": "b"})
    assert node.cells[-1].outputs[0].text == f"b {tmp_path}\n"
    assert path.read_bytes() == before
    assert not node.metadata.get("widgets")
    assert "execution" not in node.cells[-1].metadata


def test_a_cell_that_fails_is_named_and_what_was_run_is_kept() -> None:
    node = notebook("print('so far')", "\n# why\nal.Lake('/no/such')\n1 / 0  # here\nx = 1\ny = 2")
    node.cells[-1].source = "# why\nz = 0\n1 / z\nx = 1"
    with pytest.raises(CellError) as caught:
        run(node)
    message = str(caught.value)
    assert message.startswith("The notebook stops at its code cell 4 of 4:\n    # why\n    z = 0")
    assert message.endswith("ZeroDivisionError: division by zero")
    assert caught.value.executed.cells[2].outputs[0].text == "so far\n"


def test_a_process_that_dies_is_told_from_a_cell_that_fails() -> None:
    with pytest.raises(CellError, match="code cell 3 of 4") as caught:
        run(notebook("import os; os._exit(1)", "1"))
    assert "its process ended without a word" in str(caught.value)


def test_ctrl_c_ends_the_run_and_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "long.ipynb"
    source = f"import os, pathlib, time\nname = {str(tmp_path / 'pid')!r}\n"
    source += "pathlib.Path(name + '.part').write_text(str(os.getpid()))\n"
    source += "os.rename(name + '.part', name)\nwhile True:\n    time.sleep(0.1)"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    code = f"from agentlens.report.notebook.run import run; run({str(path)!r})"
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, cwd=ROOT
    ) as started:
        while not (tmp_path / "pid").exists():
            assert started.poll() is None
        started.send_signal(signal.SIGINT)
        _, said = started.communicate()
    assert b"KeyboardInterrupt" in said
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no notebook", '{"cells": 3, "nbformat": 4}'])
def test_what_is_no_notebook_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(text)
    with pytest.raises(BadInputError, match=r"x\.ipynb"):
        run(path)
    with pytest.raises(BadInputError, match="There is no notebook"):
        run(tmp_path / "missing.ipynb")


def test_a_notebook_in_another_language_is_refused() -> None:
    node = new_notebook(
        metadata={"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    )
    with pytest.raises(BadInputError, match="written for 'R'"):
        run(node)
