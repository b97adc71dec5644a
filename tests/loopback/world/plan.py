"""When does which trace happen, for whom, and how does it go?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any

from tests.loopback.world.texts import ANSWERS, ERRORS, LONG_NOTE, QUESTIONS, TASKS

__all__ = ["DAY", "Size", "Trace", "identifier", "planned"]

DAY = 86_400_000_000
_INTERNAL = ("langfuse-llm-as-a-judge", "langfuse-prompt-experiment")
_KINDS = tuple(ERRORS)


@dataclass(frozen=True)
class Size:
    """How large a world is, and when it begins.

    Attributes:
        seed: another seed, another world.
        days: for how long.
        traces_per_day: on average.
        spans_per_trace: on average.
        start_us: its first moment, in microseconds since 1970.
        micro: whether spans begin between milliseconds, where a cursor cannot point.
    """

    seed: int
    days: float
    traces_per_day: int
    spans_per_trace: int
    start_us: int
    micro: bool


@dataclass(frozen=True)
class Trace:
    """What all spans of a trace share."""

    index: int
    id: str
    start_us: int
    name: str
    user: str
    session: str
    environment: str
    release: str
    version: str
    tags: list[str]
    metadata: dict[str, Any]
    question: str
    answer: str
    failure: str
    survives: bool
    last: bool
    random: Random = field(repr=False)


def identifier(*parts: object, length: int = 32) -> str:
    """Return an id that is the same for the same parts, and never all zeros."""
    text = "/".join(map(str, parts))
    return "a" + sha256(text.encode()).hexdigest()[: length - 1]


def planned(size: Size) -> Iterator[Trace]:
    """Yield the traces of a world by time."""
    number = max(1, round(size.days * size.traces_per_day))
    gap = int(size.days * DAY) // number
    for index in range(number):
        random = Random(f"{size.seed}/{index}")  # noqa: S311 - repeatable, not secret
        # traces 4n and 4n + 1 begin together, so that listings have ties to keep apart
        slot = index - 1 if index % 4 == 1 else index
        start = size.start_us + slot * gap
        start -= start % 1_000
        yield _trace(size, index, number, start, random)


def _trace(size: Size, index: int, number: int, start: int, random: Random) -> Trace:
    user = f"caller-{index // 5 % 97:03d}" if index % 11 else ""
    # five traces in a row are one user's; the first three of them are one session
    session = f"visit-{index // 5}-{index % 5 // 3}" if user else ""
    task = TASKS[random.randrange(len(TASKS))]
    failing = index % 8 == 3
    segment = random.choice(["trial", "paid", "partner"])
    metadata: dict[str, Any] = {
        "task_type": task,
        "segment": segment,
        "device": random.choice(["phone", "desk", "tablet"]),
        "build": random.randrange(1, 40),
        "beta": index % 2 == 0,
    }
    if index % 9 == 4:
        metadata["note"] = LONG_NOTE
    return Trace(
        index=index,
        id=identifier("trace", size.seed, index),
        start_us=start,
        name=f"{task}-desk",
        user=user,
        session=session,
        environment=_environment(index),
        release="2026.17" if 2 * index < number else "2026.18",
        version=f"{1 + index % 3}.0",
        tags=sorted({task, segment}) if index % 13 else [],
        metadata=metadata,
        question=QUESTIONS[index % len(QUESTIONS)],
        answer=ANSWERS[index % len(ANSWERS)],
        failure=_KINDS[index // 8 % len(_KINDS)] if failing else "",
        survives=index % 16 == 6,
        last=index == number - 1,
        random=random,
    )


def _environment(index: int) -> str:
    if index % 20 == 17:
        return _INTERNAL[index // 20 % len(_INTERNAL)]
    return "staging" if index % 10 == 2 else "production"
