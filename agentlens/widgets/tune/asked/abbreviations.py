"""Which knob does an abbreviation mean?

The abbreviations are those of ipywidgets' `interact`, read anew: two numbers of a parameter that
is not whole stay numbers that are not whole, they give about a hundred steps, and a start outside
of them is refused instead of moved.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import floor, log10
from typing import Any, get_args

from agentlens.errors import BadInputError
from agentlens.widgets.tune.knobs import NOTHING, Knob, is_number, same

__all__ = ["knob_of"]

_STEPS = 100
_UNITS = {"width": "σ", "allowance": "σ", "arl": "bins"}
_PAIR = 2


def knob_of(
    name: str, given: object, *, default: object, annotation: object, start: object = NOTHING
) -> Knob | None:
    """Return what an abbreviation means for a parameter; None if it means a value to leave alone.

    Args:
        name: of the parameter.
        given: the abbreviation, or an ipywidgets widget that holds a value.
        default: of the verb; NOTHING if it has none.
        annotation: of the parameter.
        start: where the knob is to stand at first.

    Example:
        >>> knob = knob_of("lam", (0.05, 0.5), default=0.1, annotation=float)
        >>> knob.step, knob.positions, knob.default
        (0.005, 91, 0.1)
    """
    given = _unwrapped(given)
    whole = annotation is int or int in get_args(annotation)
    if float in get_args(annotation):
        whole = False
    found = _read(name, given, whole=whole, needed=default is NOTHING)
    if found is None:
        return None
    found = replace(found, unit=_UNITS.get(name, ""))
    return _placed(found, default if start is NOTHING else start, asked=start is not NOTHING)


def _placed(knob: Knob, start: object, *, asked: bool = True) -> Knob:
    """Return a knob that stands there at first, or refuse and name both.

    Args:
        knob: a knob that may stand anywhere.
        start: where it is to stand.
        asked: whether somebody asked for it; else it is the verb's own default.
    """
    if not asked and knob.default is not None:
        return knob  # a word, a number or a switch says itself where it stands
    if start is None and (knob.kind != "choice" or not asked):
        if knob.kind in {"range", "number", "text"} or _offers(knob, None):
            return replace(knob, default=None)
        start = NOTHING
    if knob.kind == "choice" and not asked and not _offers(knob, start):
        return replace(knob, default=knob.options[0][1])
    if start is NOTHING:
        return replace(knob, default=knob.low if knob.kind == "range" else knob.default)
    try:
        # A default of None would let None pass.
        return replace(knob, default=replace(knob, default=NOTHING).taken(start))
    except BadInputError as refused:
        whose = "its start" if asked else "the verb's default"
        message = (
            f"{knob.name}: {whose} {start!r:.80} is not among what is offered,"
            f" {_offered(knob)}. Widen it, or say start={{{knob.name!r}: …}}."
        )
        raise BadInputError(message) from refused


def _read(name: str, given: object, *, whole: bool, needed: bool) -> Knob | None:
    """Return the knob that an abbreviation means, its start left open where it says none."""
    if isinstance(given, Mapping | list):
        return _choice(name, given)
    if isinstance(given, tuple):
        return _range(name, given, whole=whole)
    # What a verb cannot do without is the question itself.
    return None if needed else _plain(name, given, whole=whole)


def _plain(name: str, given: object, *, whole: bool) -> Knob | None:
    """Return the knob of a single value, which stands where the value is."""
    if isinstance(given, bool):
        return Knob(name=name, kind="switch", default=given)
    if isinstance(given, str):
        return Knob(name=name, kind="text", default=given)
    if is_number(given):
        number = float(given)  # type: ignore[arg-type]
        knob = Knob(name=name, kind="number", integer=whole, default=None)
        return replace(knob, default=knob.taken(number))
    return None


def _choice(name: str, given: Mapping[Any, object] | list[object]) -> Knob:
    pairs = (
        [(str(label), value) for label, value in given.items()]
        if isinstance(given, Mapping)
        else [(_label(value), value) for value in given]
    )
    if not pairs:
        message = f"{name} offers nothing to choose from; name one value or more."
        raise BadInputError(message)
    return Knob(name=name, kind="choice", options=tuple(pairs))


def _range(name: str, given: tuple[object, ...], *, whole: bool) -> Knob | None:
    if len(given) not in {_PAIR, _PAIR + 1} or not all(is_number(one) for one in given):
        return None  # such as a pair of times
    low, high = (float(one) for one in given[:_PAIR])  # type: ignore[arg-type]
    if not low < high:
        message = f"{name} goes from {low:g} to {high:g}: the first must be the smaller."
        raise BadInputError(message)
    step = float(given[_PAIR]) if len(given) > _PAIR else _step(low, high, whole=whole)  # type: ignore[arg-type]
    if not 0 < step <= high - low:
        message = f"{name}: a step of {step:g} does not lead from {low:g} to {high:g}."
        raise BadInputError(message)
    if whole and not all(one.is_integer() for one in (low, high, step)):
        message = f"{name} takes whole numbers, and {given!r} holds others."
        raise BadInputError(message)
    return Knob(name=name, kind="range", low=low, high=high, step=step, integer=whole)


def _step(low: float, high: float, *, whole: bool) -> float:
    """Return 1, 2 or 5 times a power of ten that makes about a hundred steps.

    >>> _step(0.05, 0.5, whole=False), _step(2, 4, whole=False), _step(1, 8, whole=True)
    (0.005, 0.02, 1.0)
    """
    wanted = (high - low) / _STEPS
    power = floor(log10(wanted))
    ways = [float(f"{digit}e{power + more}") for more in (0, 1) for digit in (1, 2, 5)]
    best = min(ways, key=lambda one: abs(log10(one / wanted)))
    return max(best, 1.0) if whole else best


def _unwrapped(given: object) -> object:
    """Return what a widget of ipywidgets would let one choose, as an abbreviation."""
    has = getattr(type(given), "class_trait_names", None)
    if has is None:
        return given
    named: Any = given
    traits = set(has())
    if "options" in traits:
        return dict(named._options_full)  # noqa: SLF001 - the only place that has labels and values
    if {"min", "max"} <= traits:
        base = 10.0 if "base" in traits else None  # a slider of powers holds their exponents
        low, high = (base**one if base else one for one in (named.min, named.max))
        step = getattr(named, "step", None)
        return (low, high) if base or not step else (low, high, step)
    if "value" in traits:
        return named.value
    message = f"A knob may be a widget that holds a value; {type(given).__name__} holds none."
    raise BadInputError(message)


def _offers(knob: Knob, value: object) -> bool:
    return any(same(one, value) for _, one in knob.options)


def _label(value: object) -> str:
    named = getattr(value, "name", None)
    return named if isinstance(named, str) and named else str(value)


def _offered(knob: Knob) -> str:
    if knob.kind == "range":
        return f"{knob.low:g} to {knob.high:g}"
    return f"one of {knob.labels}" if knob.kind == "choice" else f"a {knob.kind}"
