"""How do the bytes of a text file become text, whatever wrote it?"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from agentlens.errors import BadInputError
from agentlens.tables.characters import LONE, whole
from agentlens.tables.problems import Problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Lines"]

_GZIP = b"\x1f\x8b"
_FOREIGN = {b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Return a lone surrogate for bytes that are no text: no file can hold one by itself."""
    return "\udcff", cast("UnicodeDecodeError", error).end


codecs.register_error("agentlens.mark", _mark)


@dataclass
class Lines:
    """The text of a file, line by line; what had to be mended or is missing is noted while reading.

    Gzip is known by its first bytes, not by the file's name. Bytes that are no text become the
    replacement character and are counted. A row in the middle of which a gzip stream ends is not
    yielded: its last value may be cut short and still look whole.

    Attributes:
        path: the file.
        mended: the numbers of the lines that held bytes that are no text.
        cut: why the stream ended early, or "".
        torn: the number and the text of the row in which it ended, if it did.
    """

    path: Path
    mended: list[int] = field(default_factory=list)
    cut: str = ""
    torn: tuple[int, str] | None = None

    def __iter__(self) -> Iterator[str]:
        """Yield each line with its end, as csv wants it."""
        with self.path.open("rb") as plain:
            head = plain.peek(4)
            packed = next((name for mark, name in _FOREIGN.items() if head.startswith(mark)), None)
            if packed:
                message = f"{self.path.name} is packed with {packed}; unpack it or use gzip."
                raise BadInputError(message)
            if not head.startswith(_GZIP):
                yield from self._text(plain)
                return
            unpacking = _Unpacking(plain)
            for line in self._text(io.BufferedReader(unpacking)):
                self.cut = unpacking.cut
                if self.cut and not line.endswith(("\n", "\r")):
                    self.torn = (self._number, line)
                    return
                yield line
            self.cut = unpacking.cut

    def _text(self, stream: io.BufferedReader) -> Iterator[str]:
        head = stream.peek(4)
        code = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "utf-8")
        with io.TextIOWrapper(stream, encoding=code, errors="agentlens.mark", newline="") as reader:
            for self._number, line in enumerate(reader, 1):
                if line.isascii() or not LONE.search(line):
                    yield line
                else:
                    self.mended.append(self._number)
                    yield whole(line)

    def problems(self, file: str) -> list[Problem]:
        """Return what was noted, for the load report."""
        found = []
        if self.mended:
            places = tuple(f"{file}:{line}" for line in self.mended[:5])
            detail = "bytes that are no text became the replacement character"
            found.append(_problem("repaired", file, len(self.mended), places, detail))
        if self.cut:
            detail = f"the gzip stream ends early ({self.cut}); what followed is lost"
            found.append(_problem("truncated", file, 1, (), detail))
        return found


class _Unpacking(io.RawIOBase):
    """The bytes of a gzip stream as far as it goes; why it ended early is kept, not raised."""

    def __init__(self, packed: io.BufferedReader) -> None:
        self._stream = gzip.GzipFile(fileobj=packed)
        self.cut = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        into = memoryview(buffer)
        try:
            found = self._stream.read1(len(into))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.cut = str(error)
            return 0
        into[: len(found)] = found
        return len(found)


def _problem(
    action: Literal["repaired", "truncated"],
    file: str,
    n: int,
    examples: tuple[str, ...],
    detail: str,
) -> Problem:
    return Problem(action=action, n=n, file=file, severity="warn", examples=examples, detail=detail)
