"""Which traces do the files of the benchmarks hold?

Traces have eight spans: an agent's answer with model calls, searches and tools below it. A span's
input and output together have one to two thousand characters. One text in fifty names an address.
"""

import gzip
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

__all__ = ["BEGIN", "SPANS", "STEP_S", "steps", "written"]

SPANS = 8
BEGIN, STEP_S = 1_777_800_000, 37
STEPS = (
    ("AGENT", "answer", ""),
    ("RETRIEVER", "search docs", "0"),
    ("GENERATION", "plan", "0"),
    ("TOOL", "order lookup", "0"),
    ("TOOL", "stock lookup", "0"),
    ("GENERATION", "write", "0"),
    ("GUARDRAIL", "check tone", "5"),
    ("SPAN", "store", "0"),
)
WORDS = (  # noqa: SIM905 - a sentence reads better than its list
    "the order of a customer was sent on time and then it came back because an address had changed"
    " so we looked at stock prices terms notes tickets refunds and found what was said before about"
    " delivery of two parcels to one house where nobody answered at noon"
).split()
LONG = " ".join(random.Random(1).choices(WORDS, k=500_000))  # noqa: S311 - no secret


def written(path: Path, rows: Iterator[Any], open_: Callable[..., Any] = gzip.open) -> int:
    """Write rows as JSON lines, and return how many bytes those have."""
    size = 0
    with open_(path, "wb") as out:
        for row in rows:
            line = orjson.dumps(row) + b"\n"
            out.write(line)
            size += len(line)
    return size


def steps(spans: int) -> Iterator[dict[str, Any]]:
    """Yield what each span is about, trace by trace."""
    rng = random.Random(0)  # noqa: S311 - no secret
    for n in range(spans):
        trace, place = divmod(n, SPANS)
        kind, name, parent = STEPS[place]
        begin = BEGIN + trace * STEP_S + place + rng.random()
        size = rng.randint(500, 1000)
        yield {
            "trace": f"{trace + 1:032x}",
            "span": f"{n + 1:016x}",
            "parent": f"{trace * SPANS + int(parent) + 1:016x}" if parent else "",
            "kind": kind,
            "name": name,
            "begin": begin,
            "end": begin + (9.0 if not parent else rng.uniform(0.05, 2.0)),
            "failed": rng.random() < 0.01,
            "input": _asked(rng, kind, size),
            "output": text(rng, rng.randint(500, 1000)),
            "user": f"user-{trace % 997}",
            "session": f"session-{trace // 3}",
            "plan": ("free", "pro", "team")[trace % 3],
            "read": rng.randint(200, 2000),
            "wrote": rng.randint(20, 300),
        }


def text(rng: random.Random, size: int) -> str:
    """Return a piece of a long text; one in fifty names somebody's address."""
    begin = rng.randrange(len(LONG) - size)
    found = LONG[begin : begin + size]
    return f"{found} ask jo.doe{size}@example.com" if rng.random() < 0.02 else found


def _asked(rng: random.Random, kind: str, size: int) -> str:
    """Return an input: messages for a model, an object for a tool, a sentence for others."""
    said = text(rng, size)
    if kind == "GENERATION":
        system = {"role": "system", "content": "You help customers of a shop."}
        return orjson.dumps([system, {"role": "user", "content": said}]).decode()
    return orjson.dumps({"query": said}).decode() if kind == "TOOL" else said
