"""Which yardsticks are asked for, at which sizes, and where do their rows go?"""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.peers.environment import interpreter
from benchmarks.yardsticks.catalogue import chosen
from benchmarks.yardsticks.child import FailedError, ran
from benchmarks.yardsticks.row import PEER_NOT_RUN, Row, row_of
from benchmarks.yardsticks.table import HEAD, growth, kept, line, markdown
from benchmarks.yardsticks.worlds import WARM, made
from benchmarks.yardsticks.yardstick import Way, Yardstick

__all__ = ["main"]

SIZES = (10_000, 100_000, 1_000_000)
STOPPED = 130


@dataclass
class Bench:
    """Where data lie, how often is measured, and what was found so far."""

    data: Path
    runs: int
    peers: Path | None
    alone: bool
    patience: float
    out: Path | None
    rows: list[Row] = field(default_factory=list)

    def measure(self, one: Yardstick, size: int) -> None:
        """Measure one yardstick at one size, and keep its row."""
        warm, folder = (self._world(one, n) for n in (WARM, size))
        other, note = self._other(one, size)
        ours: list[Any] = []
        theirs: list[Any] = []
        try:
            for number in range(self.runs):
                _progress(f"{one.code} {one.name}, n {size:,}: round {number + 1} of {self.runs}")
                ours.append(ran(one.ours, warm, folder, patience=self.patience))
                if other is not None and not note:
                    theirs, note = self._theirs(other, (warm, folder), theirs)
        except FailedError as failed:
            note = f"ours {failed}"
        finally:
            if ours:
                self._keep(row_of(one, size, ours, theirs, note, _machine()))
            elif note:
                print(f"| {one.code} | {one.ours.words} | {size:,} | {note} |", flush=True)

    def _theirs(
        self, way: Way, folders: tuple[Path, Path], so_far: list[Any]
    ) -> tuple[list[Any], str]:
        """Return what the other way took in all rounds, or why it is not run again."""
        python = interpreter(self.peers, way.peer) if way.peer and self.peers else ""
        try:
            return [*so_far, ran(way, *folders, python=python, patience=self.patience)], ""
        except FailedError as failed:
            return so_far, str(failed)

    def _other(self, one: Yardstick, size: int) -> tuple[Way | None, str]:
        """Return the other way, and why it is not run."""
        way = one.theirs
        if self.alone or way is None:
            return None, ""
        if way.peer and self.peers is None:
            return None, PEER_NOT_RUN
        if way.most and size > way.most:
            return None, f"not tried above {way.most:,}"
        return way, ""

    def _world(self, one: Yardstick, size: int) -> Path:
        if not one.world:
            return self.data
        _progress(f"{one.code} {one.name}: data of {size:,}")
        return made(self.data, one.world, size)

    def _keep(self, row: Row) -> None:
        """Print a row, and write all so far."""
        self.rows.append(row)
        _progress("")
        print(line(row), flush=True)
        if self.out is not None:
            _write(self.out, self.rows)


def main(words: Sequence[str]) -> int:
    """Measure what is asked for; what was measured before an interruption is kept.

    Args:
        words: of the command line.
    """
    asked = _parser().parse_args(words)
    wanted = chosen(_listed(asked.only))
    sizes = [int(one) for one in _listed(asked.sizes)]
    with _folder(asked.data) as data:
        bench = Bench(data, asked.runs, asked.peers, asked.alone, asked.patience, asked.out)
        print(f"{_machine()}; {asked.runs} runs; ratios and CPU: median [min–max]\n\n{HEAD}")
        try:
            for one in wanted:
                for size in _sizes(one, sizes, given=bool(asked.sizes)):
                    bench.measure(one, size)
        except KeyboardInterrupt:
            _progress("")
            print(f"\nStopped; {len(bench.rows)} rows were measured.", file=sys.stderr)
            return STOPPED
        finally:
            if found := growth(bench.rows):
                print(f"\n{found}")
    return 0


def _sizes(one: Yardstick, asked: list[int], *, given: bool) -> list[int]:
    """Return the sizes at which a yardstick is measured."""
    if not one.world:
        return [0]
    sizes = asked if given or not one.sizes else list(one.sizes)
    most = one.ours.most
    return [size for size in sizes or SIZES if not most or size <= most]


def _write(path: Path, rows: list[Row]) -> None:
    """Write rows as JSON, beside those that are there, or as the Markdown of a page's section."""
    if path.suffix == ".md":
        path.write_text(markdown(rows))
    else:
        kept(path, rows)


@contextmanager
def _folder(path: Path | None) -> Iterator[Path]:
    """Give the folder of the data: the one that is named and stays, or one that goes."""
    if path is None:
        with TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        path.mkdir(parents=True, exist_ok=True)
        yield path.resolve()


def _progress(text: str) -> None:
    """Say in one line what is being done, and wipe it before the next."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def _machine() -> str:
    """Return what is said of a machine: its cores, its system, its Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}"
    )


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add: Callable[..., Any] = parser.add_argument
    add("--sizes", default="", help=f"n, with commas; by default {','.join(map(str, SIZES))}")
    add("--only", default="", help="goals or names with commas, such as P4,drift-evidently or P14")
    add("--runs", type=int, default=5, help="rounds of ours and theirs in turn")
    add("--out", type=Path, help="rows.json, which is added to, or a section in Markdown")
    add("--data", type=Path, help="a folder for the generated data, used again")
    add("--peers", type=Path, help="a folder for the environments of peers, made at first use")
    add("--alone", action="store_true", help="ours only: for growth")
    add("--patience", type=float, default=900, help="seconds before a way is stopped")
    return parser
