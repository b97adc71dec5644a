"""How do the bytes of a text file become text, whatever wrote it?"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agentlens.tables.problems import Problem

__all__ = ["Lines"]

_GZIP = b"\x1f\x8b"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass
class Lines:
    """The text of a file, line by line; what had to be mended or is missing is noted while reading.

    Gzip is known by its first bytes, not by the file's name. Bytes that are no text become the
    replacement character and are counted.
    """

    path: Path
    mended: list[int] = field(default_factory=list)
    cut: str = ""

    def __iter__(self) -> Iterator[str]:
        """Yield each line with its end, as csv wants it."""
        with self.path.open("rb") as plain:
            if plain.peek(2).startswith(_GZIP):
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield from self._text(io.BufferedReader(unpacked))
            else:
                yield from self._text(plain)

    def _text(self, stream: io.BufferedReader) -> Iterator[str]:
        try:
            head = stream.peek(4)
            code = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "utf-8")
            with io.TextIOWrapper(stream, encoding=code, errors="replace", newline="") as reader:
                for number, line in enumerate(reader, 1):
                    if "\ufffd" in line:
                        self.mended.append(number)
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.cut = str(error)

    def problems(self, file: str) -> list[Problem]:
        """Return what was noted, for the load report."""
        found = []
        if self.mended:
            places = tuple(f"{file}:{line}" for line in self.mended[:5])
            detail = "bytes that are no text became the replacement character"
            found.append(
                Problem(
                    action="repaired",
                    n=len(self.mended),
                    file=file,
                    severity="warn",
                    examples=places,
                    detail=detail,
                )
            )
        if self.cut:
            detail = f"the gzip stream ends early ({self.cut}); what followed is lost"
            found.append(
                Problem(action="truncated", n=1, file=file, severity="warn", detail=detail)
            )
        return found
