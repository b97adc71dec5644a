"""What is asked, of what, and what of that may be turned?"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.control.chart import ControlChart
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.widgets.tune.asked.abbreviations import knob_of
from agentlens.widgets.tune.knobs import NOTHING, Knob

__all__ = ["POLICY", "Question", "asked"]

POLICY = "policy"
"""Whose fields a control chart's knobs may be, though the chart itself takes none."""

_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, _KEYWORD)


@dataclass(frozen=True, eq=False)
class Question:
    """A verb with all that it is asked of, but for its knobs.

    Attributes:
        verb: a public function, or a method of a value.
        given: what stands first, in order, by the names of the parameters.
        fixed: what is named and is no knob.
        knobs: what may be turned.
        policy: by which a control chart calls.
    """

    verb: Callable[..., Result]
    given: Mapping[str, object]
    more: tuple[object, ...]
    fixed: Mapping[str, object]
    knobs: Mapping[str, Knob]
    policy: Policy

    @property
    def start(self) -> dict[str, object]:
        """Where every knob stands at first."""
        return {name: knob.default for name, knob in self.knobs.items()}

    def given_at(self, values: Mapping[str, object]) -> tuple[list[object], dict[str, object]]:
        """Return with what the verb is called when the knobs are at these values."""
        given = [self._turned(name, one, values) for name, one in self.given.items()]
        fixed = {name: self._turned(name, one, values) for name, one in self.fixed.items()}
        own = {name: values[name] for name, knob in self.knobs.items() if not knob.of}
        set_ = {name: value for name, value in own.items() if value is not None}
        return [*given, *self.more], fixed | set_

    def ask(self, values: Mapping[str, object]) -> Result:
        """Return the verb's answer with the knobs at these values."""
        given, named = self.given_at(values)
        found = self.verb(*given, **named)
        if isinstance(found, Result):
            return found
        message = (
            f"tune shows Results, and {_name(self.verb)} returned a {type(found).__name__}."
            " Give a verb that answers with a Result, such as al.control_chart."
        )
        raise BadInputError(message)

    def policy_at(self, values: Mapping[str, object]) -> Policy:
        """Return the policy with the knobs at these values."""
        own = self._turned(POLICY, self.policy, values)
        if not isinstance(own, Policy):
            message = f"policy is a Policy, not a {type(own).__name__}."
            raise BadInputError(message)
        return own

    def of_verb(self, name: str) -> bool:
        """Return whether the verb answers otherwise when a knob is turned, not only the policy."""
        return self.knobs[name].of != POLICY or POLICY in self.given or POLICY in self.fixed

    def beside(self) -> dict[str, object]:
        """Return what is asked but cannot be turned, defaults included, by name."""
        known = {
            name: one.default
            for name, one in _parameters(self.verb).items()
            if one.default is not inspect.Parameter.empty
        }
        return {
            name: value
            for name, value in {**self.given, **known, **self.fixed}.items()
            if name not in self.knobs
        }

    def _turned(self, name: str, value: object, values: Mapping[str, object]) -> object:
        """Return an argument with those of its fields that are knobs at these values."""
        own = {one: values[one] for one, knob in self.knobs.items() if knob.of == name}
        return replace(value, **own) if own else value  # type: ignore[type-var]


def asked(
    verb: Callable[..., Result],
    given: Sequence[object],
    named: Mapping[str, object],
    *,
    start: Mapping[str, object] | None = None,
    policy: Policy | None = None,
) -> Question:
    """Return what is asked, with each named value read as a knob or left as it is.

    Args:
        verb: a public function, or a method of a value.
        given: what it is asked of, in order.
        named: by name, knobs and values.
        start: by knob, where it stands at first.
        policy: by which a control chart calls.
    """
    known = _parameters(verb)
    places = [name for name, one in known.items() if one.kind is not _KEYWORD]
    holders: dict[str, object] = dict(zip(places, given, strict=False))
    start = start or {}
    plain: dict[str, object] = {}
    knobs: dict[str, Knob] = {}
    values = {**holders, **{name: one for name, one in named.items() if name in known}}
    rules = policy or Policy()
    abouts = _abouts(verb, [*values.values(), rules])
    policies = {} if known.get(POLICY) or not _charts(verb) else {POLICY: rules}
    for name, value in named.items():
        if name in holders:
            message = f"{name} is given twice: in its place and by its name."
            raise BadInputError(message)
        of, default, annotation = _home(name, known, {**values, **policies}, named)
        knob = knob_of(
            name, value, default=default, annotation=annotation, start=start.get(name, NOTHING)
        )
        if knob is None and of:
            message = f"{name} of {of} is turned with a range or a list, not with {value!r:.80}."
            raise BadInputError(message)
        if knob is None:
            plain[name] = value
        else:
            knobs[name] = replace(knob, of=of, about=abouts.get(name, ""))
    if not knobs:
        message = (
            "Nothing is to be turned: name a parameter and what it may be, such as"
            f" {next((name for name in known if name not in holders), 'width')}=(low, high)."
        )
        raise BadInputError(message)
    unknown = next((name for name in start if name not in knobs), None)
    if unknown is not None:
        raise UnknownNameError(
            "knob", unknown, knobs, hint="start says where knobs stand at first."
        )
    return Question(verb, holders, tuple(given[len(holders) :]), plain, knobs, rules)


def _home(
    name: str,
    known: Mapping[str, inspect.Parameter],
    values: Mapping[str, object],
    named: Mapping[str, object],
) -> tuple[str, object, object]:
    """Return whose field a knob is, "" for the verb's own parameter, with default and annotation."""
    if name in known:
        own = known[name]
        needed = own.default is inspect.Parameter.empty
        return "", NOTHING if needed else own.default, own.annotation
    for holder, value in values.items():
        if is_dataclass(value) and not isinstance(value, type | Log | Result):
            found = {one.name: one for one in fields(value) if one.init}
            if name in found:
                # Where a field stands now is its default: it is what was given.
                return holder, getattr(value, name), found[name].type
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values()):
        return "", NOTHING, None
    open_: list[Any] = [one for one in values.values() if _open(one)]
    fields_of = [one.name for value in open_ for one in fields(value)]
    free = [one for one in known if one not in named]
    raise UnknownNameError("knob", name, [*free, *fields_of])


def _open(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type | Log | Result)


def _parameters(verb: Callable[..., object]) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(verb).parameters)


def _charts(verb: Callable[..., object]) -> bool:
    return inspect.signature(verb).return_annotation in (ControlChart, "ControlChart")


def _abouts(verb: Callable[..., object], values: Sequence[object]) -> dict[str, str]:
    """Return what a verb says of each of its arguments, and values of their fields."""
    docs = [inspect.getdoc(type(one)) for one in values if _open(one)]
    told = "\n".join([*(one or "" for one in docs), inspect.getdoc(verb) or ""])
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", told, re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in found}


def _name(verb: Callable[..., object]) -> str:
    return getattr(verb, "__name__", type(verb).__name__)
