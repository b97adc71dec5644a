"""agentlens lab: where can I play with it?"""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from subprocess import call

from agentlens.cli.base import command
from agentlens.cli.notebooks import folder
from agentlens.errors import BadInputError

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    lab = command(
        commands,
        "lab",
        _lab,
        "open JupyterLab on the notebooks",
        "agentlens lab --no-browser",
    )
    lab.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    lab.add_argument("--port", type=int, default=8888, help="first port to try (default: 8888)")


def _lab(given: argparse.Namespace) -> int:
    if find_spec("jupyterlab") is None:
        message = "JupyterLab is not installed. Install it with: pip install 'agentlens[notebook]'"
        raise BadInputError(message)
    root = folder() or Path.cwd()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={given.port}"]
    command.append("--LabApp.extension_manager=readonly")
    if given.no_browser:
        command.append("--no-browser")
    if os.name != "nt" and os.geteuid() == 0:
        # Containers run as root; the server listens to this machine only and asks for its token.
        command.append("--allow-root")
    return call(command)
