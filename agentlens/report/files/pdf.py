"""How does a page become a PDF? The browser that is installed prints it, as a reader would."""

import shutil
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from agentlens.errors import AgentLensError
from agentlens.report.files.browser import browse, browser

__all__ = ["print_pdf"]

_PATIENCE_S = 180.0
_STILL = "The HTML page is the report: open it in any browser and print it there."
_PRINTED = (
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
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
    try:
        found = browser("A PDF is printed")
    except AgentLensError as error:
        raise AgentLensError(f"{error} {_STILL}") from None
    with TemporaryDirectory(prefix="agentlens-", ignore_cleanup_errors=True) as folder:
        printed = Path(folder) / "page.pdf"
        said = browse(found, page, [*_PRINTED, f"--print-to-pdf={printed}"], patience_s=patience_s)
        name = Path(found).name
        if said is None:
            message = f"{name} had not printed the page after {patience_s:g} s. {_STILL}"
            raise AgentLensError(message)
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
            message = f"{name} ended without a PDF. {_STILL}"
            raise AgentLensError(message)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{token_hex(4)}.part")
        try:
            shutil.copyfile(printed, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target
