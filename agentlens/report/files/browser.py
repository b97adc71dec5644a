"""How does the installed browser work for us: without a window, alone, and ended with its children?"""

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from tempfile import TemporaryDirectory

from agentlens.errors import AgentLensError

__all__ = ["browse", "browser"]

_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
_VARIABLE = "AGENTLENS_BROWSER"
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Nothing in the page asks for anything; what the browser itself might ask finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def browser(what: str) -> str:
    """Return the browser that AGENTLENS_BROWSER names, else one on the PATH.

    Args:
        what: it is to do, for the sentence that says there is none.
    """
    named = os.environ.get(_VARIABLE, "")
    found = next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)
    if found is None:
        looked = f"{_VARIABLE} names {named!r}, which is none" if named else "none was found"
        message = (
            f"{what} by a browser, and {looked}. Install Chromium (on Debian: apt-get install"
            f" chromium), or let {_VARIABLE} name a Chromium, Chrome or Edge."
        )
        raise AgentLensError(message)
    return found


def browse(found: str, page: Path, wanted: Sequence[str], *, patience_s: float) -> bytes | None:
    """Return what a browser wrote of a page; None where it was not done in time.

    It has a profile of its own, asks nobody, and is ended with all its children, on Ctrl-C too.

    Args:
        found: the browser.
        page: an HTML file.
        wanted: what it shall do, in its own words.
        patience_s: after which it is ended.
    """
    with TemporaryDirectory(prefix="agentlens-", ignore_cleanup_errors=True) as profile:
        command = [found, *_FLAGS, *wanted, f"--user-data-dir={profile}"]
        if os.name != "nt" and os.geteuid() == 0:
            # As root, in containers, Chromium has no sandbox to offer and would refuse.
            command.append("--no-sandbox")
        started = Popen(  # noqa: S603 - its arguments are of our own making
            [*command, page.resolve().as_uri()],
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            start_new_session=True,
        )
        try:
            return started.communicate(timeout=patience_s)[0]
        except TimeoutExpired:
            return None
        finally:
            # Ctrl-C comes by here, too: a session of its own would not hear it.
            _end(started)


def _end(started: "Popen[bytes]") -> None:
    if os.name == "nt":
        started.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(started.pid, signal.SIGKILL)
    if started.stdout is not None:
        started.stdout.close()
    started.wait()
