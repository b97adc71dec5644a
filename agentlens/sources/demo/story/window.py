"""Over which time does the demo run, and where in it do incidents and releases lie?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.demo.columns import Flags, Ints

__all__ = [
    "AGENT_VERSIONS",
    "HOUR",
    "INCIDENTS",
    "PROMPT_VERSIONS",
    "RELEASES",
    "SECOND",
    "Incident",
    "Window",
    "open_window",
]

SECOND = 1_000_000
HOUR = 3600 * SECOND


@dataclass(frozen=True)
class Incident:
    """What goes wrong, as parts of the window, and the hours without which it cannot show."""

    name: str
    kind: str
    since: float
    until: float
    least_hours: float = 8.0


INCIDENTS = {
    incident.name: incident
    for incident in (
        Incident("campaign", "mix_shift", 0.50, 0.56),
        Incident("slow_model", "latency", 0.57, 0.64),
        Incident("broken_refunds", "slice_regression", 0.75, 1.0),
        Incident("lenient_judge", "judge_drift", 0.79, 1.0),
        Incident("schema_error", "tool_failure", 0.86, 0.91),
        Incident("broken_promise", "policy_violation", 0.92, 0.94, least_hours=3.0),
    )
}
"""All of them lie in the second half, so that the first is a clean baseline."""

RELEASES = (0.0, 0.22, 0.68, INCIDENTS["broken_refunds"].since)
"""When each release goes out; the second and third change nothing, only the last one breaks."""
AGENT_VERSIONS = ("1.8.0", "1.9.0", "1.9.0", "1.10.0")
PROMPT_VERSIONS = ("11", "12", "12", "12")
"""What each release brings along."""


@dataclass(frozen=True)
class Window:
    """The time simulated, in microseconds since 1970, and the incidents planted in it."""

    start: int
    days: int
    planted: frozenset[str]

    @property
    def end(self) -> int:
        """The first microsecond after the window."""
        return self.start + self.hours * HOUR

    @property
    def hours(self) -> int:
        """The number of hours."""
        return self.days * 24

    def at(self, part: float) -> int:
        """Return the moment at which this part of the window has passed, to the second."""
        return self.start + round(self.hours * 3600 * part) * SECOND

    def bounds(self, name: str) -> tuple[int, int]:
        """Return the start and the end of an incident, planted or not."""
        return self.at(INCIDENTS[name].since), self.at(INCIDENTS[name].until)

    def during(self, name: str, moments: Ints) -> Flags:
        """Return which moments lie in the incident; none where it is not planted."""
        since, until = self.bounds(name)
        inside: Flags = (moments >= since) & (moments < until)
        return inside if name in self.planted else np.zeros_like(inside)

    def calm(self) -> "Window":
        """Return the same window with no incident in it."""
        return replace(self, planted=frozenset())

    def release_at(self, moments: Ints) -> Ints:
        """Return which release is out at each moment, counted from 0."""
        out = np.array([self.at(part) for part in RELEASES])
        return np.searchsorted(out, moments, side="right").astype(np.int64) - 1

    def releases(self) -> list[str]:
        """Return the names of the releases, as year.month.number."""
        months = [datetime.fromtimestamp(self.at(p) / SECOND, UTC) for p in RELEASES]
        names: list[str] = []
        number = 2
        for last, month in zip([months[0], *months[:-1]], months, strict=True):
            same = (last.year, last.month) == (month.year, month.month)
            number = number + bool(names) if same else 0
            names.append(f"{month.year}.{month.month}.{number}")
        return names


def open_window(days: int, end: str, wanted: Iterable[str] | None = None) -> Window:
    """Return the window of so many days that ends at `end`, with every wanted incident that fits."""
    names = [*INCIDENTS] if wanted is None else [wanted] if isinstance(wanted, str) else [*wanted]
    for name in names:
        if name not in INCIDENTS:
            raise UnknownNameError("incident", name, INCIDENTS)
    try:
        parsed = datetime.fromisoformat(end)
        moment = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        start = round(moment.timestamp()) * SECOND - days * 24 * HOUR
        datetime.fromtimestamp(start / SECOND, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as problem:
        found = f"end={end!r} with days={days} gives no window of time"
        message = f"{found}. Pass a date such as '2026-11-16', days after the year 1."
        raise BadInputError(message) from problem
    fitting = (
        incident.name
        for incident in INCIDENTS.values()
        if incident.name in names
        and (incident.until - incident.since) * days * 24 >= incident.least_hours
    )
    return Window(start, days, frozenset(fitting))
