"""What does it cost to read an export, against the fastest engine reading the same file?

    python -m benchmarks.files [spans] [runs]       (50,000 and 5 by default)
    python -m benchmarks.files --growth [spans …]   (10,000 to 300,000)

Each way runs in a process of its own, one after another in every round, so that the ratio of two
ways comes from the same minute: on a shared machine only ratios can be trusted. CPU time counts all
threads. DuckDB reads the same bytes into the same columns with their types; it does not build
traces, check ids or derive outcomes.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.clock import measured, told
from benchmarks.engine import blob_table, otlp_table

ROOT = Path(__file__).resolve().parents[1]
WARM = 1_000
GROWTH = (10_000, 30_000, 100_000, 300_000)


def main(spans: int, runs: int) -> None:
    """Print a row a way of reading, and one a stage of ours."""
    with TemporaryDirectory() as folder:
        size = child(f"make {spans}", folder)
        print(f"{spans:,} spans, {size['blob']:,.0f} MB of JSON as a blob export (gzip),")
        print(f"{size['otlp']:,.0f} MB as OTLP; {runs} rounds; median [min-max]\n")
        print("| way | CPU s | / DuckDB, same export | peak MB |\n|---|---|---|---|")
        rounds = [{way: child(way, folder) for way in WAYS} for _ in range(runs)]
        for way, (_, base) in WAYS.items():
            spent = [one[way]["cpu"] for one in rounds]
            ratios = [one[way]["cpu"] / one[base]["cpu"] for one in rounds]
            peak = max(one[way]["peak"] for one in rounds)
            print(f"| {way} | {told(spent)} | {told(ratios)} | {peak:,.0f} |")
        print("\n| stage of ours, redact=None | CPU s, blob | CPU s, OTLP |\n|---|---|---|")
        parts = [{kind: child(f"stages {kind}", folder) for kind in size} for _ in range(runs)]
        for stage in parts[0]["blob"]["stages"]:
            both = (told([one[kind]["stages"][stage] for one in parts]) for kind in size)
            print(f"| {stage} | {' | '.join(both)} |")


def growth(sizes: list[int]) -> None:
    """Print the exponent with which the cost of reading grows."""
    found: dict[str, list[float]] = {"blob, ours": [], "otlp, ours": []}
    for spans in sizes:
        with TemporaryDirectory() as folder:
            child(f"make {spans}", folder)
            for way, costs in found.items():
                one = child(way, folder)
                costs.append(one["cpu"])
                each = 1e6 * one["cpu"] / spans
                print(f"{spans:>9,} spans, {way}: {each:.0f} µs each, peak {one['peak']:,.0f} MB")
    import numpy as np  # noqa: PLC0415 - this process stays small, children inherit its peak

    for way, costs in found.items():
        slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
        print(f"{way}: grows with the power {slope:.3f} of the number of spans")


def made(folder: Path, spans: int) -> dict[str, float]:
    """Write both exports and our own files, and return the megabytes of JSON."""
    import agentlens as al  # noqa: PLC0415 - children that run DuckDB do not need it
    from benchmarks.made.blob import blob  # noqa: PLC0415 - likewise
    from benchmarks.made.otlp import otlp  # noqa: PLC0415 - likewise

    for size, name in ((WARM, "warm"), (spans, "full")):
        found = {
            "blob": blob(folder / name / "blob", size) / 1e6,
            "otlp": otlp(folder / name / "otlp.jsonl", size) / 1e6,
        }
        log = al.read_files(folder / name / "blob", redact=None)
        for ending in ("parquet", "jsonl.gz"):
            log.save(folder / name / f"own.{ending}")
    return found


def child(way: str, folder: str) -> dict[str, Any]:
    """Return what one way took in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.files", "--one", way, folder]
    env = {**os.environ, "AGENTLENS_REDACT_KEY": "k" * 20}
    done = subprocess.run(command, check=True, env=env, cwd=ROOT, capture_output=True, text=True)
    held: dict[str, Any] = json.loads(done.stdout)
    return held


def one(way: str, folder: str) -> None:
    """Run one way on a small file, then measure it on the large one, and print that as JSON."""
    word, _, what = way.partition(" ")
    if word == "make":
        print(json.dumps(made(Path(folder), int(what))))
        return
    if word == "stages":
        stages(Path(folder) / "warm", what)
        print(json.dumps({"stages": stages(Path(folder) / "full", what)}))
        return
    call, _ = WAYS[way]
    call(Path(folder) / "warm")
    print(json.dumps(measured(lambda: call(Path(folder) / "full"))))


def stages(folder: Path, kind: str) -> dict[str, float]:
    """Return the CPU seconds of each step on the road."""
    import pandas as pd  # noqa: PLC0415 - as above

    from agentlens.sources.files import exports_among  # noqa: PLC0415 - as above
    from agentlens.sources.files.containers.records import Opened, batches  # noqa: PLC0415
    from agentlens.sources.files.paths import files_of, names_of  # noqa: PLC0415
    from agentlens.sources.intake.normalise import normalise  # noqa: PLC0415
    from agentlens.sources.intake.road import Choices, assembled, gathered, tables_of  # noqa: PLC0415

    files = files_of(folder / ("blob" if kind == "blob" else "otlp.jsonl"))
    now = pd.Timestamp.now("UTC")
    spent = dict.fromkeys(("bytes and JSON", "rows", "normalise"), 0.0)
    parts = []
    for export in exports_among(list(zip(files, names_of(files), strict=True))):
        opened = Opened(export.path, export.name)
        read = batches(opened.records(), read=lambda: opened.read)  # noqa: B023 - used at once
        while True:
            held, cost = timed(lambda: next(read, None))  # noqa: B023 - likewise
            spent["bytes and JSON"] += cost
            if held is None:
                break
            rows, cost = timed(lambda: export.dialect.rows(*held))  # noqa: B023 - likewise
            spent["rows"] += cost
            typed, cost = timed(lambda: normalise(rows, file=export.name, now=now))  # noqa: B023
            spent["normalise"] += cost
            parts.append(typed)
    whole, spent["each row once"] = timed(lambda: gathered(parts))
    built, spent["build traces"] = timed(lambda: assembled(whole, now))
    _, spent["outcomes and slices"] = timed(
        lambda: tables_of(built, whole.scores, Choices(now=now))
    )
    return spent


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its CPU seconds."""
    before = time.process_time()
    found = call()
    return found, time.process_time() - before


def ours(name: str, redact: str | None) -> Callable[[Path], Any]:
    """Return the way in which a user reads."""

    def read(folder: Path) -> Any:
        import agentlens as al  # noqa: PLC0415 - as above

        return al.read_files(folder / name, redact=redact)

    return read


BLOB, OTLP = "blob, DuckDB typed", "otlp, DuckDB typed"
WAYS: dict[str, tuple[Callable[[Path], Any], str]] = {
    BLOB: (blob_table, BLOB),
    "blob, ours": (ours("blob", None), BLOB),
    "blob, ours, redacted": (ours("blob", "default"), BLOB),
    "own .parquet": (ours("own.parquet", None), BLOB),
    "own .jsonl.gz": (ours("own.jsonl.gz", None), BLOB),
    OTLP: (otlp_table, OTLP),
    "otlp, ours": (ours("otlp.jsonl", None), OTLP),
    "otlp, ours, redacted": (ours("otlp.jsonl", "default"), OTLP),
}

if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        one(words[1], words[2])
    elif words[:1] == ["--growth"]:
        growth([int(word) for word in words[1:]] or list(GROWTH))
    else:
        main(int(words[0]) if words else 50_000, int(words[1]) if words[1:] else 5)
