"""How do seconds and memory grow with n? One picture for light paper, one for dark.

    python -m benchmarks.yardsticks.picture ROWS.json docs/pictures

writes scaling-light.svg and scaling-dark.svg: narrow, so that a phone shows them in full size.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from pathlib import Path
from statistics import median

from benchmarks.yardsticks.paper import DARK, LIGHT, Paper
from benchmarks.yardsticks.row import Row
from benchmarks.yardsticks.table import read, slopes

__all__ = ["SHORT", "drawn", "main"]

SHORT = {
    "read-counted": "read_files",
    "read-lake": "Lake.sync",
    "series": "series",
    "drift-scipy": "drift",
    "slices-pandas": "find_slices",
    "investigate": "investigate",
    "weekly": "weekly",
}
"""The ways whose growth is drawn, and how they are called there."""

MIB, APART, ROUNDED = 1024.0, 15.0, 1e-3
WIDE, LEFT, RIGHT, TOP, HIGH, BETWEEN = 460, 58, 132, 38, 250, 84
MARKS = ("circle", "square", "diamond", "up", "down", "ring", "bar")


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis: the powers of ten at its ends, and the pixels of those."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    @property
    def levels(self) -> list[float]:
        """The powers of ten that lie on it."""
        return [10.0**power for power in range(ceil(self.low), floor(self.high) + 1)]


def main(rows: str, folder: str) -> None:
    """Write the picture in both colours."""
    for paper in (LIGHT, DARK):
        path = Path(folder) / f"scaling-{paper.name}.svg"
        path.write_text(drawn(read(Path(rows)), paper))
        print(path)


def drawn(rows: Sequence[Row], paper: Paper = LIGHT) -> str:
    """Return the picture of seconds above that of memory."""
    found = [
        (SHORT[one.name], power, by)
        for power, by in slopes(rows).values()
        if (one := next(iter(by.values()))).name in SHORT
    ]
    if not found:
        message = "No way was measured at three sizes: python -m benchmarks --only P14 --alone"
        raise SystemExit(message)
    seconds = {
        f"{name} {power:.2f}": {n: median(row.cpu) for n, row in by.items()}
        for name, power, by in found
    }
    memory = {name: {n: max(row.peak) * MIB**2 for n, row in by.items()} for name, _, by in found}
    high = TOP + 2 * (HIGH + BETWEEN)
    parts = (
        _panel("CPU seconds, and with which power of n they grow", seconds, paper, TOP, _time),
        _panel("Most memory of the process", memory, paper, TOP + HIGH + BETWEEN, _bytes),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}"'
        f' height="{high}" font-family="system-ui, sans-serif" font-size="12.5" fill="{paper.ink}">'
        f'<rect width="100%" height="100%" fill="{paper.paper}"/>{"".join(parts)}</svg>\n'
    )


def _panel(
    title: str,
    lines: Mapping[str, Mapping[int, float]],
    paper: Paper,
    top: float,
    say: Callable[[float], str],
) -> str:
    """Return one picture: its axes, its lines, and their names where they end."""
    x = _axis([n for by in lines.values() for n in by], LEFT, WIDE - RIGHT)
    y = _axis([one for by in lines.values() for one in by.values()], top + HIGH, top)
    out = [f'<text x="8" y="{top - 14}" font-size="14" font-weight="600">{escape(title)}</text>']
    out += [_level(value, y, paper, say) for value in y.levels]
    out += [
        f'<text x="{x.at(n):.1f}" y="{top + HIGH + 19}" text-anchor="middle">{n:,.0f}</text>'
        for n in x.levels
    ]
    out.append(
        f'<text x="{LEFT}" y="{top + HIGH + 37}">n: traces; steps where files are read</text>'
    )
    ends = _apart({name: y.at(by[max(by)]) for name, by in lines.items()}, top, top + HIGH)
    for place, (name, by) in enumerate(lines.items()):
        colour, mark = paper.colours[place % len(paper.colours)], MARKS[place % len(MARKS)]
        points = [(x.at(n), y.at(by[n])) for n in sorted(by)]
        out.append(_line(points, colour, mark))
        end, height = points[-1], ends[name]
        out.append(
            f'<path d="M{end[0] + 6:.1f} {end[1]:.1f}L{WIDE - RIGHT + 14} {height:.1f}"'
            f' stroke="{colour}" stroke-width="0.8" fill="none"/>'
            f'<text x="{WIDE - RIGHT + 17}" y="{height + 4:.1f}" fill="{colour}">{escape(name)}</text>'
        )
    return "".join(out)


def _axis(values: Sequence[float], begin: float, end: float) -> Axis:
    """Return an axis from the power of ten below the values to a little above them."""
    low = floor(log10(min(values)) + ROUNDED)
    return Axis(low, max(log10(max(values)) + ROUNDED, low + 1), begin, end)


def _level(value: float, y: Axis, paper: Paper, say: Callable[[float], str]) -> str:
    """Return a line behind the picture with its value."""
    at = y.at(value)
    return (
        f'<path d="M{LEFT} {at:.1f}H{WIDE - RIGHT}" stroke="{paper.faint}" stroke-width="1"/>'
        f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{say(value)}</text>'
    )


def _line(points: Sequence[tuple[float, float]], colour: str, mark: str) -> str:
    path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    line = f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>'
    return line + "".join(_mark(a, b, colour, mark) for a, b in points)


def _mark(x: float, y: float, colour: str, kind: str) -> str:
    """Return a point, of a form of its own for each line."""
    shapes = {
        "square": "M-4 -4H4V4H-4Z",
        "diamond": "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
        "up": "M0 -5L5 4H-5Z",
        "down": "M0 5L5 -4H-5Z",
        "bar": "M-5 -2H5V2H-5Z",
    }
    if kind in shapes:
        return f'<path transform="translate({x:.1f} {y:.1f})" d="{shapes[kind]}" fill="{colour}"/>'
    inside = "none" if kind == "ring" else colour
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{inside}" stroke="{colour}"'
        ' stroke-width="1.5"/>'
    )


def _apart(wanted: Mapping[str, float], top: float, bottom: float) -> dict[str, float]:
    """Return heights of words near those wanted, none upon another."""
    order = sorted(wanted, key=lambda name: wanted[name])
    heights = [wanted[name] for name in order]
    for _ in range(200):
        moved = False
        for a, b in pairwise(range(len(heights))):
            gap = heights[b] - heights[a]
            if gap < APART - 0.01:
                heights[a] -= (APART - gap) / 2
                heights[b] += (APART - gap) / 2
                moved = True
        heights = [min(max(one, top), bottom) for one in heights]
        if not moved:
            break
    return dict(zip(order, heights, strict=True))


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{1000 * seconds:g} ms"


def _bytes(value: float) -> str:
    return f"{value / 1e9:g} GB" if value >= 1e9 else f"{value / 1e6:g} MB"


if __name__ == "__main__":
    main(*sys.argv[1:])
