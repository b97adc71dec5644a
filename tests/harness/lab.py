"""How does a test get a real JupyterLab server that nobody else can disturb or notice?"""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

START_LIMIT_S = 120
STOP_LIMIT_S = 15
ABANDONED_S = 1_800

# The last line of a traceback is the first that is not indented.
_LAST_LINES = re.compile(r"^Traceback [^\n]*\n(?:[ \t][^\n]*\n)*(\S[^\n]*)", re.MULTILINE)
_LEFT = ("WebSocketClosedError", "StreamClosedError: Stream is closed")
# Each of these would make the browser or the server ask another machine, or open a dialog.
_QUIET_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyterlab/notebook-extension:tracker": {"autoStartDefaultKernel": True},
}


class JupyterLab:
    """A server on a free port of the loopback, with its own settings, ended when closed.

    Args:
        root: the folder whose notebooks the server offers.
        settings: JupyterLab settings by plugin, laid over the ones that keep it quiet.
    """

    def __init__(self, root: Path, settings: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.root = root.resolve()
        self.token = secrets.token_hex(24)
        self._home = tempfile.TemporaryDirectory(prefix="harness-lab-")
        self._lines: list[str] = []
        self._announced = threading.Event()
        self.url = ""
        home = Path(self._home.name)
        _write_settings(home, settings or {})
        _write_kernel(home)
        self._process = subprocess.Popen(
            _command(self.root),
            env=_environment(home, self.token),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Its own process group, so that closing ends the server and nothing but the server.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self._announced.wait(START_LIMIT_S)
        if not self.url:
            self.close()
            raise RuntimeError(f"JupyterLab did not start. Its log ends:\n{self.log[-4000:]}")

    @property
    def errors(self) -> list[str]:
        """What tracebacks in the log end with, but for a browser that left while it was told."""
        return [one for one in _LAST_LINES.findall(self.log) if not one.endswith(_LEFT)]

    @property
    def log(self) -> str:
        """All that the server and its kernels have printed so far."""
        return "".join(self._lines)

    def api(self, path: str, method: str = "GET", body: object = None) -> Any:
        """The decoded answer of the server's REST API, None where it answers with nothing."""
        request = urllib.request.Request(  # noqa: S310 - the address is our own server's
            f"{self.url}/api/{path.removeprefix('/').removeprefix('api/')}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        # A proxy named in the environment must not carry what is meant for this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def trust(self, path: str) -> None:
        """Sign the notebook as it is on disk, as a user does with "Trust notebook"."""
        self.api(f"contents/{urllib.parse.quote(path)}/trust", method="POST")

    def sessions(self, path: str) -> list[dict[str, Any]]:
        """The running sessions of one notebook, each with its kernel."""
        return [session for session in self.api("sessions") if session["path"] == path]

    def end_kernels(self, path: str) -> None:
        """End the notebook's kernels for good: nothing starts them again by itself."""
        for session in self.sessions(path):
            self.api(f"sessions/{session['id']}", method="DELETE")

    def close(self) -> None:
        """End the server, its kernels and its folder; a second call does nothing."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(STOP_LIMIT_S)
        self._reader.join(STOP_LIMIT_S)
        if self._process.stdout is not None and not self._reader.is_alive():
            self._process.stdout.close()
        self._home.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            # The address comes from the log: the server takes another port if ours is gone.
            found = re.search(r"(http://127\.0\.0\.1:\d+)/lab\?token=", line)
            if found and not self.url:
                self.url = found[1]
                self._announced.set()
        self._announced.set()


def _command(root: Path) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": _free_port(),
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": root,
        # An interrupted run cannot close its server: left alone, it ends itself.
        "ServerApp.shutdown_no_activity_timeout": ABANDONED_S,
        "MappingKernelManager.cull_idle_timeout": ABANDONED_S,
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *flags]


def _environment(home: Path, token: str) -> dict[str, str]:
    """The caller's environment without its Jupyter, and with ours in one folder."""
    foreign = ("JUPYTER", "IPYTHON", "PYTEST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    return (
        kept
        | {name: str(home / folder) for name, folder in own.items()}
        # The folders above win over the ones of the virtual environment.
        | {"JUPYTER_PREFER_ENV_PATH": "0", "JUPYTER_TOKEN": token}
    )


def _write_settings(home: Path, settings: Mapping[str, Mapping[str, Any]]) -> None:
    merged = {
        plugin: {**_QUIET_SETTINGS.get(plugin, {}), **settings.get(plugin, {})}
        for plugin in {**_QUIET_SETTINGS, **settings}
    }
    folder = home / "config" / "labconfig"
    folder.mkdir(parents=True)
    (folder / "default_setting_overrides.json").write_text(json.dumps(merged), encoding="utf-8")


def _write_kernel(home: Path) -> None:
    """Bind the kernel to this interpreter: a spec that says "python" means the first on PATH."""
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    folder = home / "data" / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
