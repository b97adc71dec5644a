"""Which kinds of file can a report become?"""

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from agentlens.errors import BadInputError
from agentlens.report.page.page import Contents, page
from agentlens.report.sharing.seal import sealed

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["KINDS", "kind_of", "saved"]

KINDS = (".html", ".ipynb", ".md", ".pdf")


def saved(
    contents: Contents,
    path: str | Path,
    generated: datetime | None = None,
    executed: "NotebookNode | None" = None,
) -> Path:
    """Write a report as the kind of file that the name asks for, and return its path.

    Args:
        contents: what the report says.
        path: where to; the name ends in .html, .ipynb, .md or .pdf.
        generated: the time to print on it, with a time zone; now, if not given.
        executed: the notebook that the report was read from.
    """
    target = Path(path).expanduser()
    kind = kind_of(target, f"save({str(path)!r})")
    if target.is_dir():
        message = f"save({str(path)!r}): this is a folder; name a file in it."
        raise BadInputError(message)
    when = datetime.now(UTC) if generated is None else generated
    if when.tzinfo is None:
        message = f"save(generated={when!r}): the time needs a time zone, such as UTC."
        raise BadInputError(message)
    if kind == ".pdf":
        return _printed(contents, target, when.astimezone(UTC))
    whole = _whole(kind, contents, when.astimezone(UTC), executed)
    return _written(target, sealed(whole, kind))


def kind_of(target: Path, said: str) -> str:
    """Return which kind of file a name asks for, or say which there are.

    Args:
        target: the file.
        said: how it was asked for.

    Example:
        >>> kind_of(Path("week-47.HTML"), "")
        '.html'
    """
    kind = target.suffix.lower()
    if kind not in KINDS:
        message = (
            f"{said}: the name must end in .html, as in 'week-47.html', or in .ipynb, .md or .pdf."
        )
        raise BadInputError(message)
    return kind


def _whole(kind: str, contents: Contents, when: datetime, executed: "NotebookNode | None") -> str:
    if kind == ".ipynb":
        from agentlens.report.notebook.frozen.freeze import frozen  # noqa: PLC0415 - few ask for it

        return frozen(contents, when, executed)
    if kind == ".md":
        from agentlens.report.files.markdown import markdown  # noqa: PLC0415 - few ask for it

        return markdown(contents)
    return page(contents, when)


def _printed(contents: Contents, target: Path, when: datetime) -> Path:
    from agentlens.report.files.pdf import print_pdf  # noqa: PLC0415 - few ask for it

    with TemporaryDirectory(prefix="agentlens-") as folder:
        source = Path(folder) / "report.html"
        source.write_text(sealed(page(contents, when), ".html"), encoding="utf-8")
        return print_pdf(source, target)


def _written(target: Path, whole: str) -> Path:
    """Put the file in its place once it is complete."""
    data = whole.encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{token_hex(4)}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target
