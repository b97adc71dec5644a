"""What is hidden, in which fields, and what stands there instead?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, get_args

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.redact.rules.catalogue import RULES
from agentlens.tables.redact.rules.nations import NATIONS

__all__ = ["VERSION", "Recogniser", "Redaction", "Said", "Treatment", "redaction_of"]

VERSION = 1
"""Which edition of the rules this is; it grows when a rule finds more or less than before."""

Treatment = Literal["keep", "patterns", "hash", "drop"]
Recogniser = Callable[[str], Iterable[tuple[int, int, str]]]
_TREATMENTS: tuple[str, ...] = get_args(Treatment)
_TOKENS = ("keyed", "numbered")


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """What is hidden, in which fields, and what stands there instead.

    Attributes:
        patterns: the rules to apply, by name.
        text: how text is treated: "patterns" hides what the rules find, "hash" puts one token for
            the whole text (equal texts stay equal), "drop" empties it, "keep" leaves it.
        fields: the same for single fields, by name.
        ids: whether user and session ids become keyed names.
        tokens: "keyed" names a value by key and session, whenever its row arrives; "numbered"
            counts the values of a session in order of time, for a whole log at hand.
        nations: countries whose national numbers are looked for, such as "US".
        names: names of your own to look for, in any case of letters.
        recogniser: a function from a text to (begin, end, rule) for what the rules cannot see.

    Example:
        >>> Redaction(fields={"comment": "drop"}, names=["Ottoline"]).fields["comment"]
        'drop'
    """

    patterns: tuple[str, ...] = tuple(RULES)
    text: Treatment = "patterns"
    fields: Mapping[str, Treatment] = field(default_factory=dict)
    ids: bool = True
    tokens: Literal["keyed", "numbered"] = "keyed"
    nations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    recogniser: Recogniser | None = None

    def __post_init__(self) -> None:
        for name in ("patterns", "nations", "names"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        if not isinstance(self.fields, Mapping):
            message = f"fields must be a mapping of field to treatment, not {self.fields!r}."
            raise BadInputError(message)
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        for treatment in (self.text, *self.fields.values()):
            _known("treatment", treatment, _TREATMENTS)
        _known("sort of tokens", self.tokens, _TOKENS)
        for rule in self.patterns:
            _known("redaction rule", rule, RULES)
        for nation in self.nations:
            _known("country with a national number", nation, NATIONS)
        if self.recogniser is not None and not callable(self.recogniser):
            message = f"recogniser must be a function of a text, not {self.recogniser!r}."
            raise BadInputError(message)

    def treatment(self, name: str) -> Treatment:
        """Return how a field is treated."""
        return self.fields.get(name, self.text)

    def as_json(self) -> dict[str, Any]:
        """Return the policy as plain values, for whoever remembers it; never a name from the list.

        The list of names is personal itself, so only its length is told.
        """
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        told |= {name: list(told[name]) for name in ("patterns", "nations")}
        hook = self.recogniser is not None
        return told | {
            "fields": dict(self.fields),
            "names": len(self.names),
            "recogniser": hook,
            "version": VERSION,
        }


Said = Redaction | str | Mapping[str, Any] | None
"""How a caller says it: a policy, "default", the policy's words as a mapping, or None for none."""


def redaction_of(said: Said) -> Redaction | None:
    """Return the policy that a caller means, or None where nothing is to be hidden.

    Args:
        said: "default", a `Redaction`, a mapping of its words, or None.

    Example:
        >>> redaction_of({"tokens": "numbered"}).tokens
        'numbered'
    """
    if said is None or isinstance(said, Redaction):
        return said
    if isinstance(said, str):
        _known("redaction policy", said, ("default",), hint="None keeps everything as it is.")
        return Redaction()
    if isinstance(said, Mapping):
        words = [one.name for one in fields(Redaction)]
        for word in said:
            _known("word of a redaction policy", word, words)
        return Redaction(**said)
    message = (
        f"redact must be 'default', a Redaction, a mapping of its words, or None; this is {said!r}."
    )
    raise BadInputError(message)


def _known(kind: str, name: object, known: Iterable[str], *, hint: str = "") -> None:
    names = list(known)
    if name not in names:
        raise UnknownNameError(kind, name, names, hint=hint)


def _texts(name: str, given: object) -> tuple[str, ...]:
    listed = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else None
    if listed is None or not all(isinstance(one, str) and one.strip() for one in listed):
        message = f"{name} must be a list of texts, such as ['a', 'b']; this is {given!r}."
        raise BadInputError(message)
    return listed
