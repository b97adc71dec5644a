"""Would binder build this, and does what it builds open on the first notebook?"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import agentlens as al

ROOT = Path(__file__).resolve().parent.parent
BINDER = ROOT / "binder"
BADGE = "?urlpath=lab/tree/notebooks/01_incident.ipynb"
SETTINGS = "default_setting_overrides.json"


def test_the_build_plan_takes_our_python_and_installs_the_package() -> None:
    """repo2docker prints the Dockerfile it would build, without Docker."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    plan = done.stdout + done.stderr
    assert "python=3.11" in plan
    assert '-r "binder/requirements.txt"' in plan
    assert "binder/postBuild" in plan
    assert "binder/start" in plan


def test_what_is_built_once_gives_a_lake_a_report_and_a_quiet_lab(tmp_path: Path) -> None:
    """As binder runs it, in a clone with a home of its own, but on a smaller demo."""
    home, clone = tmp_path / "home", tmp_path / "clone"
    home.mkdir()
    shutil.copytree(BINDER, clone / "binder")
    smaller = ("--days", "7", "--traces-per-day", "60")
    _run(clone / "binder" / "postBuild", *smaller, home=home, cwd=clone)
    written = json.loads((home / ".jupyter" / "labconfig" / SETTINGS).read_text())
    assert written["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert (clone / "out" / "weekly.html").is_file()
    assert len(al.Lake(clone / "out" / "lake", redact=None).log()) > 0


def test_what_starts_the_server_starts_what_it_is_given(tmp_path: Path) -> None:
    said = _run(BINDER / "start", "printf", "%s|", "a b", "c", home=tmp_path, cwd=tmp_path)
    assert said == "a b|c|"


def test_a_badge_opens_the_first_notebook() -> None:
    assert (ROOT / BADGE.partition("tree/")[2]).is_file()
    links = re.findall(r"https://mybinder\.org/v2/[^\s)\">]+", (ROOT / "README.md").read_text())
    assert all(link.endswith(BADGE) for link in links), links


def _run(script: Path, *arguments: str, home: Path, cwd: Path) -> str:
    assert os.access(script, os.X_OK), f"{script.name} cannot be run"
    ours = str(Path(sys.executable).parent)
    environment = os.environ | {
        "HOME": str(home),
        "PATH": os.pathsep.join([ours, os.environ.get("PATH", "")]),
    }
    command = [str(script), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=True
    ).stdout
