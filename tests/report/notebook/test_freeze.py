"""Does a frozen notebook read well where nothing runs, and name nobody's machine?"""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from agentlens.report.notebook.frozen.laid import anonymous
from agentlens.report.notebook.head import HEAD, write_head
from agentlens.report.notebook.parameters import GIVEN
from agentlens.report.notebook.read import read
from agentlens.report.parts.points import Point, Points
from agentlens.report.parts.told import RESULT, told, write_told
from agentlens.report.report import Item, Report
from tests.report.answers import HOSTILE, WHEN, answer, hostile, week
from tests.report.living import Knob
from tests.report.notebook.test_safe import harmless
from tests.report.test_report import data_blocks

LATER = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_browser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("browser") is None:
        monkeypatch.setenv("AGENTLENS_BROWSER", "no-such-browser")


def saved(report: Report, folder: Path, when: datetime = WHEN) -> dict[str, Any]:
    path = report.save(folder / "week.ipynb", generated=when)
    nbformat.validate(nbformat.read(path, as_version=4))
    whole: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return whole


def outputs(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for cell in node["cells"] for one in cell.get("outputs", [])]


def executed(*, path: str = "/home/ana/lake") -> Report:
    """Return a report that was read from a notebook which was run."""
    told_now = {RESULT: write_told(told(answer())), "text/plain": "x", "text/html": "<p>x</p>"}
    printed = new_output("stream", name="stdout", text=f"wrote {Path.cwd() / 'out' / 'x'}\n")
    picture = new_output("display_data", data={"image/png": "aGFs", "text/plain": "A map"})
    timed = {"execution": {"iopub.execute_input": "2026-11-17T07:00:00Z"}}
    cells = [
        new_markdown_cell("# The day", id="title"),
        new_code_cell(
            f"lake = {path!r}\nn = 3", id="given", metadata={"tags": [GIVEN]}, execution_count=9
        ),
        new_code_cell("x", id="one", outputs=[printed], metadata=timed),
        new_code_cell("y", id="two", outputs=[new_output("display_data", data=told_now), picture]),
    ]
    node = new_notebook(cells=cells, metadata={"widgets": {"state": {}}, "papermill": {"a": path}})
    sections = read(node).sections
    return Report("The day", [item for one in sections for item in one.items], executed=node)


def test_a_report_without_a_notebook_has_a_cell_for_each_heading_and_item(tmp_path: Path) -> None:
    node = saved(week(), tmp_path)
    sources = [cell["source"] for cell in node["cells"]]
    assert sources[0].startswith("# The week\n")
    assert "One thing needs a decision." in sources[0]
    assert sources[1] == '<p class="al-text">First a word.</p>'
    assert sources[2:4] == ["## What happened", "# Is it in control?"]
    assert "12,431 traces read." in sources[-1]
    numbers = [c["execution_count"] for c in node["cells"] if c["cell_type"] == "code"]
    assert numbers == [1, 2, 3]


def test_every_kind_of_item_has_its_words(tmp_path: Path) -> None:
    items: list[Item] = [answer(), Knob(), Points([Point("So.", (answer(),))], "Why"), "A text."]
    node = saved(Report("r", items), tmp_path)
    shown = [one["data"]["text/html"] for one in outputs(node)]
    assert shown[0].startswith("<h3>Is it in control?</h3><p><strong>✓ pass</strong> · ")
    assert "Its knobs turn in the notebook and on the page." in shown[1]
    assert shown[2] == (
        "<p><strong>Why</strong></p><ul><li>So. <em>(Is it in control?)</em></li></ul>"
    )
    assert all(map(harmless, shown))


def test_the_cells_of_a_notebook_stay_and_its_machine_goes(tmp_path: Path) -> None:
    node = saved(executed(), tmp_path)
    assert [cell["id"] for cell in node["cells"]] == ["title", "given", "one", "two", "cell-5"]
    assert node["cells"][1]["source"] == "lake = 'lake'\nn = 3"
    assert outputs(node)[0]["data"]["text/plain"] == "wrote out/x"
    assert outputs(node)[-1]["data"] == {"image/png": "aGFs", "text/plain": "A map"}
    assert outputs(node)[-1]["metadata"] == {"image/png": {"alt": "A map"}}
    text = json.dumps(node)
    for trace in ("/home", str(Path.cwd()), 'execution"', "papermill", "widgets", RESULT):
        assert trace not in text


def test_the_head_stands_where_the_notebook_shows_its_report(tmp_path: Path) -> None:
    other = Report("Other", [answer("Another")])
    for title, says in (("r", "<h3>r</h3>"), ("s", "<h3>Other</h3>")):
        shows = Report("r" if title == "r" else "Other", other.results)
        kinds = {
            HEAD: write_head(shows._contents),
            "text/plain": "x",
            "text/html": f"<h3>{shows.title}</h3>",
        }
        cell = new_code_cell("x", outputs=[new_output("display_data", data=kinds)])
        report = Report(title, [answer()], executed=new_notebook(cells=[cell]))
        first = outputs(saved(report, tmp_path))[0]["data"]["text/html"]
        assert first.startswith(says)
        assert ("At a glance" in first) == (title == "r")


def test_folders_of_a_person_are_left_out() -> None:
    home = str(Path.home())
    assert anonymous(f"{home}/a and {home}") == f"~/a and {home}"
    assert anonymous("no/folder of mine") == "no/folder of mine"


def test_the_same_report_is_the_same_file_but_for_the_time(tmp_path: Path) -> None:
    for report in (week(), executed()):
        assert saved(report, tmp_path) == saved(report, tmp_path)
        first, later = (json.dumps(saved(report, tmp_path, when)) for when in (WHEN, LATER))
        moved = first.replace("2026-11-17T07:00:00Z", "2027-01-02T03:04:05Z")
        assert moved.replace("2026-11-17 07:00:00", "2027-01-02 03:04:05") == later


def test_it_remembers_what_the_page_remembers(tmp_path: Path) -> None:
    page = week().save(tmp_path / "w.html", generated=WHEN).read_text(encoding="utf-8")
    facts = saved(week(), tmp_path)["metadata"]["agentlens"]["facts"]
    assert facts == data_blocks(page)["al-facts"]


def test_without_a_browser_it_is_whole_but_for_the_pictures_and_says_so(tmp_path: Path) -> None:
    node = saved(week(), tmp_path)
    assert "The pictures are missing here." in node["cells"][-1]["source"]
    assert not [one for one in outputs(node) if "image/png" in one["data"]]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    node = saved(hostile(), tmp_path)
    for one in outputs(node):
        assert set(one["data"]) <= {"text/html", "text/plain", "image/png"}
        assert harmless(one["data"].get("text/html", ""))
    for cell in node["cells"]:
        if cell["cell_type"] == "markdown":
            bare = re.sub(r"</?(?:p|details|summary)(?: class=\"al-text\")?>", "", cell["source"])
            assert "<" not in bare.replace("\\<", "")
    assert len(json.dumps(node)) < 2_000_000
    assert len(HOSTILE) < len(node["cells"])


@pytest.mark.browser
def test_an_installed_browser_draws_the_pictures(tmp_path: Path) -> None:
    node = saved(week(), tmp_path)
    pictures = [one for one in outputs(node) if "image/png" in one["data"]]
    assert len(pictures) == 3
    for one in pictures:
        data = base64.b64decode(one["data"]["image/png"])
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (900, 300)
        assert len(data) > 4000
    assert pictures[0]["metadata"] == {"image/png": {"alt": "Completion fell to 76%."}}
    assert saved(week(), tmp_path) == node
