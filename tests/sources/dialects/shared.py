"""Fifty traces that every dialect must be able to say, each in its own words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

__all__ = ["SHARED", "SharedSpan", "SharedTrace"]

_BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_QUESTIONS = (
    "Where is my order?",
    "¿Dónde está mi pedido? 😀",
    "注文はどこですか",
    'He said "no", then left\nwithout a word',
)


@dataclass(frozen=True)
class SharedSpan:
    """One step; times are whole milliseconds, tokens include cached ones, costs are exact."""

    span_id: str
    parent_id: str | None
    kind: str
    name: str
    start: datetime
    end: datetime
    input: str
    output: str
    error: str | None = None
    model: str | None = None
    first_token: datetime | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True)
class SharedTrace:
    """One trace, its root first."""

    trace_id: str
    name: str
    session_id: str
    user_id: str
    release: str
    environment: str
    tags: tuple[str, ...]
    metadata: tuple[tuple[str, str], ...]
    spans: tuple[SharedSpan, ...]


def _id(what: str, length: int) -> str:
    return sha256(what.encode()).hexdigest()[:length]


def _trace(n: int) -> SharedTrace:
    start = _BEGIN + timedelta(minutes=7 * n, milliseconds=13 * n)
    root = _id(f"root {n}", 16)
    question = _QUESTIONS[n % len(_QUESTIONS)]
    failed = n % 10 == 7
    steps = [
        SharedSpan(
            span_id=_id(f"think {n}", 16),
            parent_id=root,
            kind="llm",
            name="think",
            start=start + timedelta(milliseconds=40),
            end=start + timedelta(milliseconds=640 + n),
            input=question,
            output=f"Look up number {n}.",
            model="model-a" if n % 3 else "model-b",
            first_token=start + timedelta(milliseconds=240),
            input_tokens=200 + n,
            output_tokens=30 + n % 5,
            cached_tokens=100,
            cost_usd=(200 + n) / 65536,
        ),
        SharedSpan(
            span_id=_id(f"look {n}", 16),
            parent_id=root,
            kind="tool",
            name="look_up",
            start=start + timedelta(milliseconds=700),
            end=start + timedelta(milliseconds=900),
            input=f'{{"number": {n}}}',
            output="" if n % 5 == 2 else '{"found": true}',
            error="the shelf is empty" if n % 5 == 2 else None,
        ),
    ]
    return SharedTrace(
        trace_id=_id(f"trace {n}", 32),
        name="support",
        session_id=f"session-{n // 3}",
        user_id=f"user-{n // 6}",
        release="r1" if n < 25 else "r2",
        environment="production",
        tags=("blue", "task:orders") if n % 2 else ("task:refunds",),
        metadata=(("segment", "pro" if n % 4 else "free"), ("device", "mobile")),
        spans=(
            SharedSpan(
                span_id=root,
                parent_id=None,
                kind="agent",
                name="support",
                start=start,
                end=start + timedelta(milliseconds=1500 + 10 * n),
                input=question,
                output="" if failed else f"Answer {n}",
                error="timeout after 30 s" if failed else None,
            ),
            *steps,
        ),
    )


SHARED: tuple[SharedTrace, ...] = tuple(_trace(n) for n in range(50))
