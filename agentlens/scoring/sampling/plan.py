"""Can these arguments of `sample` be meant, and what do they mean together?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from types import NoneType

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.expression import parse
from agentlens.scoring.sampling.triggers import ARTICLES, DEFAULT, TRIGGERS, Trigger
from agentlens.tables.log import Log

__all__ = [
    "BOOST",
    "BY",
    "PER_DAY",
    "RATE",
    "Names",
    "Plan",
    "Rules",
    "plan_of",
    "tier_rules",
    "trigger_rules",
]

RATE, BOOST = 0.05, 0.25
BY = ("task_type", "segment")
PER_DAY = (100.0, 5000.0)
_ARTICLES = "articles"
_KEYS = {"trace": "trace_id", "session": "session_id", "user": "user_id"}
_PAIR = 2
_NEVER = """Traces without a trigger would never be sampled: no rate for all traffic could be given,\
 only for triggered traces, and log.where() chooses those."""

Names = str | Sequence[str]
Rules = str | Mapping[str, str] | Sequence[str | Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be drawn; every argument checked, every name looked up."""

    rate: float
    boost: float
    triggers: Mapping[str, Trigger]
    tiers: Mapping[str, Trigger]
    articles: bool
    tail: Mapping[str, float]
    by: tuple[str, ...]
    per_day: tuple[float, float] | None
    n: int | None
    unit: str
    salt: str

    @property
    def key(self) -> str:
        """The column whose values are drawn."""
        return _KEYS[self.unit]

    @property
    def draw(self) -> str:
        """The name of the draw: equal names are equal lots."""
        return f"{self.unit}:{self.salt}"


def plan_of(  # noqa: PLR0913 - the arguments of `sample`, checked
    log: Log,
    *,
    rate: float | None,
    boost: float,
    triggers: Rules,
    tiers: Rules | None,
    tail: Mapping[str, float] | None,
    by: Names,
    per_day: tuple[float | None, float | None] | None,
    n: int | None,
    unit: str,
    salt: str,
) -> Plan:
    """Return the plan that the arguments of `sample` describe, or refuse them by name."""
    if n is not None:
        changed = {
            "rate": rate is not None,
            "boost": boost != BOOST,
            "triggers": triggers != DEFAULT,
            "tiers": tiers is not None,
            "tail": tail is not None,
            "per_day": per_day is not None and per_day != PER_DAY,
        }
        _refuse_both(n, [name for name, given in changed.items() if given])
    if unit not in _KEYS:
        raise UnknownNameError("unit", unit, _KEYS)
    if _KEYS[unit] not in log.traces:
        message = f"unit={unit!r} draws whole {unit}s, and this log has no {_KEYS[unit]}."
        raise BadInputError(message)
    if not salt:
        message = f"salt is a text that names the draw, not {salt!r}."
        raise BadInputError(message)
    return Plan(
        rate=_share("rate", RATE if rate is None else rate),
        boost=_share("boost", boost),
        triggers=trigger_rules(triggers),
        tiers=tier_rules(tiers),
        articles=tiers == _ARTICLES,
        tail=_limits(tail or {}),
        by=_columns(log, by),
        per_day=None if per_day is None else _range(per_day),
        n=n,
        unit=unit,
        salt=salt,
    )


def trigger_rules(triggers: Rules) -> dict[str, Trigger]:
    """Return the triggers that are meant."""
    return _rules("trigger", triggers, TRIGGERS)


def tier_rules(tiers: Rules | None) -> Mapping[str, Trigger]:
    """Return the tiers that a name, names or expressions mean."""
    if tiers == _ARTICLES:
        return ARTICLES
    return _rules("tier", tiers or (), {**TRIGGERS, **ARTICLES})


def _refuse_both(n: object, others: list[str]) -> None:
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        message = f"n is how many traces to draw, a whole number above zero, not {n!r}."
        raise BadInputError(message)
    if others:
        message = f"n={n} draws a fixed number and takes no {' and no '.join(others)}."
        raise BadInputError(f"{message} Leave either out.")


def _share(name: str, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    message = f"{name} is a share above 0 and at most 1, such as 0.05, not {value!r}."
    raise BadInputError(f"{message} {_NEVER}" if name == "rate" and value == 0 else message)


def _rules(kind: str, given: Rules, known: Mapping[str, Trigger]) -> dict[str, Trigger]:
    parts = [given] if isinstance(given, (str, Mapping)) else given
    if not isinstance(parts, Iterable):
        message = f"{kind}s are names or {{'name': 'expression'}}, not {given!r}."
        raise BadInputError(message)
    found: dict[str, Trigger] = {}
    for part in parts:
        if isinstance(part, Mapping):
            for text in part.values():
                parse(text)
            found |= {name: Trigger(text) for name, text in part.items()}
        elif part not in known:
            hint = f"Your own: {{{str(part)!r}: 'an expression over trace columns'}}."
            names = [*known, _ARTICLES] if kind == "tier" else known
            raise UnknownNameError(kind, part, names, hint=hint)
        else:
            found[part] = known[part]
    return found


def _limits(tail: Mapping[str, float]) -> dict[str, float]:
    if not isinstance(tail, Mapping):
        message = f"tail is {{'score name': limit}}, such as {{'faithfulness': 0.7}}, not {tail!r}."
        raise BadInputError(message)
    limits: Mapping[str, object] = tail
    for name, limit in limits.items():
        if not isinstance(limit, (int, float)) or not isfinite(limit):
            message = f"tail[{name!r}] is the value below which a score is low, not {limit!r}."
            raise BadInputError(message)
    return dict(tail)


def _columns(log: Log, by: Names) -> tuple[str, ...]:
    """Return the columns of the strata; of those nobody asked for, the ones that are there."""
    names = (by,) if isinstance(by, str) else tuple(by)
    there = tuple(name for name in names if name in log.traces)
    if names not in (there, BY):
        lost = next(name for name in names if name not in there)
        raise UnknownNameError("trace column", lost, log.traces.columns)
    return there


def _range(per_day: tuple[float | None, float | None]) -> tuple[float, float]:
    given: object = per_day
    pair = isinstance(given, (tuple, list)) and len(given) == _PAIR
    if not pair or not all(isinstance(one, (int, float, NoneType)) for one in per_day):
        message = (
            f"per_day is (least, most) traces a UTC day, such as (100, 5000), not {per_day!r}."
        )
        raise BadInputError(message)
    least = 0.0 if per_day[0] is None else float(per_day[0])
    most = inf if per_day[1] is None else float(per_day[1])
    if not 0 <= least <= most or most == 0:
        message = (
            f"per_day=({least:g}, {most:g}): the least may not exceed the most, nor be negative."
        )
        raise BadInputError(message)
    return least, most
