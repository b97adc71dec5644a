"""How does a page become a PDF? The browser that is installed prints it, as a reader would."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from subprocess import DEVNULL, Popen, TimeoutExpired
from tempfile import TemporaryDirectory

from agentlens.errors import AgentLensError

__all__ = ["browser", "print_pdf"]

_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
_VARIABLE = "AGENTLENS_BROWSER"
_PATIENCE_S = 180.0
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    # Nothing in the page asks for anything; what the browser itself might ask finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # The time, in the page's own clock, in which its charts are drawn before it is printed.
    "--virtual-time-budget=10000",
)


def print_pdf(page: Path, target: Path, *, patience_s: float = _PATIENCE_S) -> Path:
    """Return the path of a PDF of a page; it is replaced only when the new one is complete.

    Args:
        page: an HTML file.
        target: where to.
        patience_s: after which the browser is ended, and an error says so.

    Example:
        >>> print_pdf(Path("week.html"), Path("week.pdf"))  # doctest: +SKIP
        PosixPath('week.pdf')
    """
    found = browser()
    with TemporaryDirectory(prefix="agentlens-", ignore_cleanup_errors=True) as folder:
        printed = Path(folder) / "page.pdf"
        command = [found, *_FLAGS, f"--user-data-dir={folder}/profile"]
        if os.name != "nt" and os.geteuid() == 0:
            # As root, in containers, Chromium has no sandbox to offer and would refuse.
            command.append("--no-sandbox")
        command += [f"--print-to-pdf={printed}", page.resolve().as_uri()]
        _run(command, patience_s)
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
            message = f"{Path(found).name} ended without a PDF. {_STILL}"
            raise AgentLensError(message)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{token_hex(4)}.part")
        try:
            shutil.copyfile(printed, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target


def browser() -> str:
    """Return the browser that prints: the one that AGENTLENS_BROWSER names, else one on the PATH."""
    named = os.environ.get(_VARIABLE, "")
    found = next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)
    if found is None:
        looked = f"{_VARIABLE} names {named!r}, which is none" if named else "none was found"
        message = (
            f"A PDF is printed by a browser, and {looked}. Install Chromium (on Debian: apt-get "
            f"install chromium), or let {_VARIABLE} name a Chromium, Chrome or Edge. {_STILL}"
        )
        raise AgentLensError(message)
    return found


def _run(command: list[str], patience_s: float) -> None:
    """Run a browser to its end, and end it with all its children where it takes too long."""
    started = Popen(  # noqa: S603 - its arguments are of our own making
        command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
    )
    try:
        started.wait(patience_s)
    except TimeoutExpired:
        name = Path(command[0]).name
        message = f"{name} had not printed the page after {patience_s:g} s. {_STILL}"
        raise AgentLensError(message) from None
    finally:
        # Ctrl-C comes by here, too: a session of its own would not hear it.
        _end(started)


def _end(started: "Popen[bytes]") -> None:
    if os.name == "nt":
        started.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(started.pid, signal.SIGKILL)
    started.wait()


_STILL = "The HTML page is the report: open it in any browser and print it there."
