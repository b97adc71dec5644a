"""Does the installed browser print the whole report, and what if there is none, or it hangs?"""

import os
import sys
from pathlib import Path
from time import sleep

import pytest

from agentlens.errors import AgentLensError
from agentlens.report.files.browser import browser
from agentlens.report.files.pdf import print_pdf
from agentlens.report.report import Report
from tests.report.answers import WHEN, answer, week
from tests.report.pdftext import bookmarks, pages, text

SIGNS = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}
MANY = 12


def many() -> Report:
    """Return a report whose charts far below are drawn only when one comes near them."""
    return Report(
        "Many questions",
        [
            answer(
                f"Question {number} of many",
                layout={"xaxis": {"title": {"text": f"axis {number} drawn"}}},
            )
            for number in range(MANY)
        ],
        period="10-16 Nov 2026",
    )


def stand_in(folder: Path, script: str) -> Path:
    """Return a program that stands where a browser should be."""
    path = folder / "browser"
    path.write_text(f"#!{sys.executable}\nimport os, sys, pathlib\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page that no browser needs to read."""
    path = tmp_path / "week.html"
    path.write_text("<title>The week</title>")
    return path


# --- what is printed


@pytest.mark.browser
def test_every_title_is_printed_and_every_chart_is_drawn(tmp_path: Path) -> None:
    page = many().save(tmp_path / "many.html", generated=WHEN)
    pdf = print_pdf(page, tmp_path / "made" / "many.pdf")
    assert pages(pdf) >= MANY / 3
    said = text(pdf)
    for sign, letters in SIGNS.items():
        said = said.replace(sign, letters)
    for number in range(MANY):
        assert f"Question {number} of many" in said
        assert f"axis {number} drawn" in said
        assert f"Question {number} of many" in bookmarks(pdf)
    assert "Many questions, 10-16 Nov 2026" in said
    assert f"{pages(pdf)}" in said
    assert [one.name for one in pdf.parent.iterdir()] == ["many.pdf"]


@pytest.mark.browser
def test_a_path_with_any_sign_in_it_can_be_printed(tmp_path: Path) -> None:
    folder = tmp_path / "a b#c?d%20é"
    page = week().save(folder / "the week.html", generated=WHEN)
    pdf = print_pdf(page, folder / "the week.pdf")
    assert "Is it in control?" in text(pdf)


# --- what may fail


def test_without_a_browser_it_is_said_what_to_install(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("AGENTLENS_BROWSER", raising=False)
    with pytest.raises(AgentLensError, match=r"none was found\. Install Chromium.*HTML page is"):
        print_pdf(page, tmp_path / "week.pdf")
    monkeypatch.setenv("AGENTLENS_BROWSER", "no-such-browser")
    with pytest.raises(AgentLensError, match="names 'no-such-browser', which is none"):
        print_pdf(page, tmp_path / "week.pdf")


def test_a_browser_of_ones_own_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = stand_in(tmp_path, "")
    monkeypatch.setenv("AGENTLENS_BROWSER", str(own))
    assert browser("A page is read") == str(own)


PRINTS = """
target = next(one for one in sys.argv if one.startswith("--print-to-pdf=")).partition("=")[2]
pathlib.Path(target).write_text("%PDF" + chr(10) + chr(10).join(sys.argv[1:]))
"""


def test_the_browser_gets_a_fresh_profile_and_asks_nobody(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTLENS_BROWSER", str(stand_in(tmp_path, PRINTS)))
    given = print_pdf(page, tmp_path / "week.pdf").read_text().splitlines()
    profile = next(one for one in given if one.startswith("--user-data-dir="))
    assert not Path(profile.partition("=")[2]).exists()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in given
    assert given[-1] == page.as_uri()
    assert ("--no-sandbox" in given) == (os.geteuid() == 0)


@pytest.mark.parametrize("script", ["", "sys.exit(1)", PRINTS.replace("%PDF", "<html>")])
def test_an_end_without_a_pdf_leaves_the_old_file_whole(
    script: str, tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTLENS_BROWSER", str(stand_in(tmp_path, script)))
    old = tmp_path / "out" / "week.pdf"
    old.parent.mkdir()
    old.write_text("old")
    with pytest.raises(AgentLensError, match=r"browser ended without a PDF\. The HTML page is"):
        print_pdf(page, old)
    assert old.read_text() == "old"
    assert [one.name for one in old.parent.iterdir()] == ["week.pdf"]


HANGS = """#!/bin/sh
sleep 600 &
echo $! > "$(dirname "$0")/child"
wait
"""


def running(process: int) -> bool:
    """Return whether a process runs still."""
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in "ZX"


def test_a_browser_that_hangs_is_ended_with_its_children(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = stand_in(tmp_path, "")
    hanging.write_text(HANGS)
    monkeypatch.setenv("AGENTLENS_BROWSER", str(hanging))
    with pytest.raises(AgentLensError, match="browser had not printed the page after 3 s"):
        print_pdf(page, tmp_path / "week.pdf", patience_s=3)
    child = int((tmp_path / "child").read_text())
    for _ in range(400):  # what was killed is gone once it had its turn
        if not running(child):
            break
        sleep(0.05)
    assert not running(child)
