"""What may be turned, and what may it be turned to?"""

from dataclasses import dataclass
from decimal import Decimal
from math import floor, isfinite
from numbers import Integral, Real
from typing import Any, Literal

from agentlens.errors import BadInputError

__all__ = ["NOTHING", "Knob", "KnobKind", "is_number", "same"]

KnobKind = Literal["range", "choice", "switch", "text", "number"]

NOTHING: Any = object()
"""Stands where a parameter has no default, or no start was given."""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """What may be turned.

    Attributes:
        name: of the parameter.
        kind: a range is a slider, a choice a list, a switch on or off, text and number are fields.
        low: the least of a range.
        high: the most of a range.
        step: of a range.
        integer: whether only whole numbers are meant.
        options: of a choice, label and value.
        default: where it stands at first and where a reset returns to; None for what the verb
            finds itself.
        unit: of its numbers.
        engine: what recomputes when it is turned: "formula" in the browser, "grid" in the browser
            from what Python computed beforehand, or "kernel".
        of: the argument whose field it is; "" for a parameter of the verb itself.
        about: what it means, in the words of the verb.
    """

    name: str
    kind: KnobKind
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    integer: bool = False
    options: tuple[tuple[str, object], ...] = ()
    default: object = None
    unit: str = ""
    engine: Literal["formula", "grid", "kernel"] = "kernel"
    of: str = ""
    about: str = ""

    @property
    def labels(self) -> str:
        """What a choice offers, in words."""
        return ", ".join(repr(label) for label, _ in self.options)

    @property
    def digits(self) -> int:
        """Decimals that tell its positions apart."""
        return max(_decimals(self.low), _decimals(self.step), _decimals(self.high))

    @property
    def positions(self) -> int:
        """How many places a slider has."""
        whole = floor((self.high - self.low) / self.step + 1e-9)
        return whole + 1 + (self.low + whole * self.step < self.high - 1e-9 * self.step)

    def at(self, place: int) -> float:
        """Return the value at a place of a slider; the last is the end of the range."""
        if place <= 0 or place >= self.positions - 1:
            return self._whole(self.low if place <= 0 else self.high)
        return self._whole(round(self.low + place * self.step, self.digits))

    def taken(self, value: object) -> object:
        """Return a value as this knob holds it, or refuse it."""
        if value is None and self.default is None:
            return None
        if self.kind == "choice":
            held = [one for _, one in self.options]
            if not any(same(one, value) for one in held):
                message = f"{self.name} is one of {self.labels}, not {value!r:.80}."
                raise BadInputError(message)
            return next(one for one in held if same(one, value))
        if self.kind == "switch":
            return self._sure(value, isinstance(value, bool), "True or False")
        if self.kind == "text":
            return self._sure(value, isinstance(value, str), "a text")
        return self._number(value)

    def _sure(self, value: object, right: bool, what: str) -> object:  # noqa: FBT001 - one caller's answer
        if right:
            return value
        message = f"{self.name} is {what}, not {value!r:.80}."
        raise BadInputError(message)

    def _number(self, value: object) -> float:
        if not is_number(value) or (self.integer and not float(value).is_integer()):  # type: ignore[arg-type]
            what = "a whole number" if self.integer else "a number"
            message = f"{self.name} is {what}, not {value!r:.80}."
            raise BadInputError(message)
        number = self._whole(float(value))  # type: ignore[arg-type]
        if self.kind == "range" and not self.low <= number <= self.high:
            message = f"{self.name} lies from {self.low:g} to {self.high:g}, not at {number:g}."
            raise BadInputError(message)
        return number

    def _whole(self, value: float) -> float:
        return int(value) if self.integer else float(value)


def is_number(value: object) -> bool:
    """Return whether a value is a finite number; True and False are none."""
    plain = isinstance(value, Real | Integral) and not isinstance(value, bool)
    return plain and isfinite(float(value))  # type: ignore[arg-type]


def _decimals(value: float) -> int:
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(-int(exponent), 0)


def same(one: object, other: object) -> bool:
    """Return whether two values are one: True is not 1."""
    if one is other:
        return True
    alike = type(one) is type(other) or (is_number(one) and is_number(other))
    try:
        return alike and bool(one == other)
    except ValueError:
        return False  # a frame has no single answer
