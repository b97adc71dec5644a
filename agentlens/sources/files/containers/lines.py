"""How do the bytes of a text file become text, whatever wrote it?"""

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, cast

from agentlens.sources.files.containers.zstd import ZstdError, ZstdFile
from agentlens.tables.characters import LONE, whole
from agentlens.tables.problems import Problem

__all__ = ["Lines", "packed", "unpacked"]

_CHUNK = 1 << 22
_PIECE = 1 << 17
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

    Gzip, zstd, bzip2 and xz are known by their first bytes, not by the file's name. Bytes that are
    no text become the replacement character and are counted. A row in the middle of which a packed
    stream ends is not yielded: its last value may be cut short and still look whole.

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
        with self._opened() as (reader, source):
            for self._number, line in enumerate(reader, 1):
                told = self._told(line)
                self.cut = source.cut
                if self.cut and not line.endswith(("\n", "\r")):
                    self.torn = (self._number, told)
                    return
                yield told
            self.cut = source.cut

    def chunks(self) -> Iterator[str]:
        """Yield the text in pieces of some millions of characters, wherever its lines end."""
        with self._opened() as (reader, source):
            self._number = 1
            while piece := reader.read(_CHUNK):
                yield self._told(piece)
                self._number += piece.count("\n")
            self.cut = source.cut

    @contextmanager
    def _opened(self) -> Iterator[tuple[io.TextIOWrapper, "_Unpacking"]]:
        with self.path.open("rb") as plain:
            source = _Unpacking(plain)
            head = source.head()
            code = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "utf-8")
            held: Any = source
            wrapped = io.TextIOWrapper(held, encoding=code, errors="agentlens.mark", newline="")
            with wrapped as reader:
                yield reader, source

    def _told(self, text: str) -> str:
        """Return a piece of text without halves of characters, its line noted where it had any."""
        if text.isascii() or not LONE.search(text):
            return text
        self.mended.append(self._number)
        return whole(text)

    def problems(self, file: str) -> list[Problem]:
        """Return what was noted, for the load report."""
        found = []
        if self.mended:
            places = tuple(f"{file}:{line}" for line in self.mended[:5])
            detail = "bytes that are no text became the replacement character"
            found.append(_problem("repaired", file, len(self.mended), places, detail))
        if self.cut:
            detail = f"the packed stream ends early ({self.cut}); what followed is lost"
            found.append(_problem("truncated", file, 1, (), detail))
        return found


def unpacked(plain: IO[bytes]) -> IO[bytes]:
    """Return a stream of what a packed one holds; which packing it is, its first bytes say."""
    head = plain.peek(6)[:6] if isinstance(plain, io.BufferedReader) else b""
    opening = next((one for mark, one in _PACKINGS.items() if head.startswith(mark)), None)
    return opening(plain) if opening else plain


_PACKINGS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda plain: gzip.GzipFile(fileobj=plain),
    b"\x28\xb5\x2f\xfd": ZstdFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}


def packed(head: bytes) -> bool:
    """Return whether a file that begins like this is packed.

    >>> packed(b"BZh91AY"), packed(b'{"id":')
    (True, False)
    """
    return head.startswith(tuple(_PACKINGS))


class _Unpacking(io.BufferedIOBase):
    """The bytes of a stream as far as it goes; why it ended early is kept, not raised.

    It hands over large pieces, whatever was asked for: read a few thousand at a time, the lines of a
    packed file cost a third more.
    """

    def __init__(self, packed: io.BufferedReader) -> None:
        self._stream: Any = unpacked(packed)
        self._packed = self._stream is not packed
        self._ahead = b""
        self.cut = ""

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        del size  # whoever decodes text asks for pieces that are too small
        found, self._ahead = self.head(), b""
        return found

    def head(self) -> bytes:
        """Return the piece that comes next, and leave it there."""
        if not self._ahead:
            try:
                self._ahead = self._stream.read1(_PIECE)
            except (EOFError, zlib.error, lzma.LZMAError, ZstdError, OSError) as error:
                if not self._packed:
                    raise
                self.cut = str(error)
        return self._ahead


def _problem(
    action: Literal["repaired", "truncated"],
    file: str,
    n: int,
    examples: tuple[str, ...],
    detail: str,
) -> Problem:
    return Problem(action=action, n=n, file=file, severity="warn", examples=examples, detail=detail)
