"""How are rows kept, and how do they read as Markdown?

    python -m benchmarks.yardsticks.table ROWS.json

prints the table of a file of rows, and their growth.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from math import log
from pathlib import Path
from statistics import fmean, median

from agentlens.text import significant
from benchmarks.yardsticks.row import Row

__all__ = ["growth", "kept", "line", "markdown", "read", "slopes", "table"]

HEAD = (
    "| goal | what | n | against | CPU, ours / theirs | CPU | peak, ours / theirs | aim | |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
THIRD, FEWEST = 0.334, 3
MIB, GIB, LARGE = 1024.0, "GiB", 100_000


def read(path: Path) -> list[Row]:
    """Return the rows of a file; none where there is no file."""
    if not path.exists():
        return []
    return [Row(**{**one, **_tuples(one)}) for one in json.loads(path.read_text())]


def kept(path: Path, rows: Sequence[Row]) -> None:
    """Write rows to a file; those of the same yardstick at the same size take the old one's place."""
    known = {(one.name, one.size): one for one in read(path)}
    known |= {(one.name, one.size): one for one in rows}
    text = ",\n".join(json.dumps(asdict(one), ensure_ascii=False) for one in known.values())
    path.write_text(f"[\n{text}\n]\n")


def markdown(rows: Iterable[Row]) -> str:
    """Return the rows that have a goal, then how ways grow, then every row."""
    held = sorted(rows, key=lambda one: (int(one.code[1:]), one.name, one.size))
    aims = [one for one in held if one.verdicts]
    return "\n\n".join(filter(None, (table(aims), growth(held), table(held)))) + "\n"


def table(rows: Iterable[Row]) -> str:
    """Return a line a row."""
    body = [line(one) for one in rows]
    return "\n".join([HEAD, *body]) if body else ""


def line(row: Row) -> str:
    """Return the line of one row."""
    said = row.verdicts
    aims = "; ".join(_aim(one) for one, _, _ in said)
    marks = "; ".join(dict.fromkeys(verdict for _, _, verdict in said))
    cells = (
        row.code,
        row.what,
        f"{row.size:,}" if row.size else "–",
        row.against or "–",
        _ratio(row.ratios) if row.ratios else row.note or "–",
        _range(row.cpu),
        _peaks(row),
        aims,
        f"**{marks}**" if "missed" in marks else marks,
    )
    return f"| {' | '.join(cells)} |"


def growth(rows: Iterable[Row]) -> str:
    """Return the table of growth: seconds and memory by n, and with which power of n they grow."""
    found = slopes(rows)
    if not found:
        return ""
    sizes = sorted({size for _, by in found.values() for size in by})
    head = "| | " + " | ".join(f"{one:,}" for one in sizes) + " | power of n | from 100,000 on |\n"
    head += "|---" * (len(sizes) + 3) + "|\n"
    lines = []
    for name, (power, by) in sorted(found.items(), key=_place):
        each = [_cell(by[size]) if size in by else "–" for size in sizes]
        above = {size: median(row.cpu) for size, row in by.items() if size >= LARGE}
        later = f"{_power(above):.2f}" if len(above) > 1 else "–"
        lines.append(f"| {' | '.join((name, *each, f'{power:.2f}', later))} |")
    return head + "\n".join(lines)


def slopes(rows: Iterable[Row]) -> dict[str, tuple[float, dict[int, Row]]]:
    """Return, by way, the power of n with which CPU grows, and the rows by size.

    A way that is held against several others counts once, where it was measured at most sizes.
    """
    named: dict[str, dict[int, Row]] = {}
    for row in rows:
        if row.size and row.cpu:
            named.setdefault(row.name, {})[row.size] = row
    ways: dict[str, dict[int, Row]] = {}
    for by in sorted(named.values(), key=len):
        one = next(iter(by.values()))
        ways[f"{one.code} {one.what}"] = dict(sorted(by.items()))
    return {
        name: (_power({size: median(row.cpu) for size, row in by.items()}), by)
        for name, by in ways.items()
        if len(by) >= FEWEST
    }


def _power(by: dict[int, float]) -> float:
    """Return the slope of a straight line through the logarithms."""
    x, y = [log(one) for one in by], [log(one) for one in by.values()]
    mean_x, mean_y = fmean(x), fmean(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def _place(told: tuple[str, object]) -> tuple[int, str]:
    """Return where a way stands: by the number of its goal."""
    return int(told[0].split()[0][1:]), told[0]


def _tuples(one: dict[str, object]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(value) for name, value in one.items() if isinstance(value, list)}


def _cell(row: Row) -> str:
    return f"{_seconds(median(row.cpu))}, {_memory(max(row.peak))}"


def _ratio(values: Sequence[float]) -> str:
    """Return the median of ratios and their range; a small one as a fraction."""
    low, mid, high = (_fraction(one) for one in (min(values), median(values), max(values)))
    return f"{mid} [{low}–{high}], {len(values)} runs" if len(values) > 1 else f"{mid}, 1 run"


def _fraction(value: float) -> str:
    part = 1 / value if value <= THIRD else value
    said = significant(part, 2).removesuffix(".0")
    return said if part == value else f"1/{said}"


def _range(values: Sequence[float]) -> str:
    if not values:
        return "–"
    low, mid, high = (_seconds(one) for one in (min(values), median(values), max(values)))
    return mid if low == high else f"{mid} [{low}–{high}]"


def _seconds(value: float) -> str:
    if value < 1e-3:
        return f"{1e6 * value:.0f} µs"
    return f"{1e3 * value:.3g} ms" if value < 1 else f"{value:.3g} s"


def _peaks(row: Row) -> str:
    ours, theirs = (_memory(max(one)) if one else "–" for one in (row.peak, row.other_peak))
    return f"{ours} / {theirs}"


def _memory(mb: float) -> str:
    return f"{mb / MIB:.2g} {GIB}" if mb >= MIB else f"{mb:.0f} MiB"


def _aim(goal: str) -> str:
    """Return a goal as a person would say it."""
    value, unit = goal.split(" ", 1)
    if unit == "s":
        return f"≤ {_seconds(float(value))}"
    if unit == "MiB":
        return f"≤ {_memory(float(value))}"
    said = _fraction(float(value)) if float(value) < THIRD else f"{float(value):.3g}"
    return f"≤ {said}" if unit == "ratio" else f"≤ {said} {unit}"


if __name__ == "__main__":
    print(markdown(read(Path(sys.argv[1]))))
