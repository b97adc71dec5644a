"""Would binder build this?"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_build_plan_takes_our_python_and_installs_the_package(tmp_path: Path) -> None:
    """repo2docker prints the Dockerfile it would build, without Docker."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    plan = done.stdout + done.stderr
    assert "python=3.11" in plan
    assert '-r "binder/requirements.txt"' in plan
    assert "binder/postBuild" in plan
    del tmp_path


def test_its_scripts_run_and_its_settings_are_read() -> None:
    for name in ("postBuild", "start"):
        script = ROOT / "binder" / name
        assert os.access(script, os.X_OK)
        subprocess.run([shutil.which("bash") or "bash", "-n", str(script)], check=True)
    settings = json.loads((ROOT / "binder/labconfig/default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
