"""What do live views cost beside the widget that plotly brings?

    python benchmarks/widgets.py [out.md] [--tuner] [--sliders]

Both run in one JupyterLab and one Chromium, one after the other, each in a notebook and a page of
its own: twelve charts shown at once, one cell run again and again, and a slider that changes a
chart. With `--tuner` the rows of `tune` are added, whose slider is recomputed in the browser; with
`--sliders` nothing else is measured.
Times depend on the machine and on what else it does: the ratios and the bytes count, and the load
is written beside them.
"""

import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.widget_cells import CHART, FIGURE_WIDGET, TUNER
from benchmarks.widget_page import Measured, Observed
from tests.harness.browser import Browser
from tests.harness.lab import JupyterLab

MANY, AGAIN, SIZES = 12, 10, (200, 720, 2_000)
MEGA = 1e6
MOST_MS = {720: 120.0}


def main(out: Path | None, *, tuner: bool, sliders: bool) -> None:
    """Print the table of goals, and write it where it is wanted."""
    kinds = (FIGURE_WIDGET, CHART, TUNER) if tuner else (FIGURE_WIDGET, CHART)
    found: dict[str, Measured] = {}
    with TemporaryDirectory() as folder, Browser() as browser, JupyterLab(Path(folder)) as lab:
        for kind in kinds:
            seen = Observed(lab, browser, Path(folder))
            found[kind.name] = seen.all_of(
                kind, many=0 if sliders else MANY, again=AGAIN, sizes=SIZES
            )
            print(f"# {kind.name}: {found[kind.name]}", flush=True)
    lines = table(found)
    print("\n".join(lines))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(found: dict[str, Measured]) -> list[str]:
    """Return the goals, what was measured, and the ratio, as a table of Markdown."""
    base, ours = found[FIGURE_WIDGET.name], found[CHART.name]
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    rows = [
        *(_rows_of_many(base, ours) if ours.saved else ()),
        *_rows_of_slider(base, found),
    ]
    head = [
        f"Load while it ended: {load}. {os.cpu_count()} cores, no GPU.",
        "",
        "| what | FigureWidget | ours | ratio | goal | met |",
        "|---|---|---|---|---|---|",
    ]
    return [*head, *("| " + " | ".join(row) + " |" for row in rows)]


def _rows_of_many(base: Measured, ours: Measured) -> list[list[str]]:
    given = [
        ("12 charts: websocket, MB", base.traffic / MEGA, ours.traffic / MEGA, 6.0, 0.1),
        ("12 charts: heap growth, MB", base.heap / MEGA, ours.heap / MEGA, 20.0, 0.2),
        ("12 charts: run all to all drawn, s", base.drawn, ours.drawn, None, 0.5),
        ("12 charts: saved with state, MB", base.saved / MEGA, ours.saved / MEGA, 1.5, None),
        ("one cell 10 × again: heap, MB", base.again / MEGA, ours.again / MEGA, 5.0, None),
        ("one cell again: comms a run", base.comms, ours.comms, 2.0, None),
    ]
    return [_row(*one) for one in given]


def _rows_of_slider(base: Measured, found: dict[str, Measured]) -> list[list[str]]:
    rows = []
    for name, one in found.items():
        if name == FIGURE_WIDGET.name:
            continue
        formula = name == TUNER.name
        limits = {200: 0.7, 2_000: 0.8} if formula else dict.fromkeys(SIZES, 1.0)
        for size in one.frames:
            before, after = median(base.frames[size]), median(one.frames[size])
            rows.append(
                _row(
                    f"{name}, {size:,} points: slider to frame, ms",
                    before,
                    after,
                    MOST_MS.get(size) if formula else None,
                    limits.get(size),
                )
            )
            theirs, ours = (
                sum(each.bytes[size]) / len(each.bytes[size]) / 1000 for each in (base, one)
            )
            most = 4.0 if formula else None
            rows.append(_row(f"{name}, {size:,} points: kB a move", theirs, ours, most, None))
    return rows


def _row(what: str, base: float, ours: float, most: float | None, share: float | None) -> list[str]:
    ratio = ours / base if base else float("nan")
    wanted = [f"≤ {most:g}"] if most is not None else []
    wanted += [f"≤ {share:g} ×"] if share is not None else []
    met = (most is None or ours <= most) and (share is None or ratio <= share)
    said = ("yes" if met else "NO") if wanted else "–"
    return [what, f"{base:.3g}", f"{ours:.3g}", f"{ratio:.2f}", ", ".join(wanted) or "–", said]


if __name__ == "__main__":
    names = [one for one in sys.argv[1:] if not one.startswith("--")]
    main(
        Path(names[0]) if names else None,
        tuner="--tuner" in sys.argv,
        sliders="--sliders" in sys.argv,
    )
