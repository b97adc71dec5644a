"""What is asked of a judge, word for word?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Literal, get_args

from agentlens.errors import BadInputError, UnknownNameError

__all__ = ["Combine", "Rubric", "Unit"]

Unit = Literal["trace", "tool"]
Combine = Literal["all", "any"]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")
_VERDICTS = ("pass", "fail", "unknown")
_RENDERS = ("v1",)
_LEAST_CHARS = 200
_LEAST_SCALE, _MOST_SCALE = 2, 11


@dataclass(frozen=True)
class Rubric:
    """A question to a judge, versioned: whatever changes what is read, changes its hash.

    Each criterion is one question with the answers pass, fail and unknown; several criteria give a
    score each, called `name.criterion`, and together the score `name`.

    Attributes:
        name: what the score is called.
        version: of the words; other words under a version that was used before are refused.
        instructions: what a judge has to know, in the words it reads.
        criteria: name to question; without any, the instructions are the one question.
        verdicts: pass and fail, and unknown where the judge may abstain.
        scale: for an ordinal question, its whole numbers from worst to best.
        fields: what the judge sees: columns of traces, "steps" (every step in short), "retrieved"
            (what retrieval steps found) or "step" (the one that is judged).
        unit: "trace" judges each trace once, "tool" each of its tool calls.
        render: the template by which an item is put into words.
        max_chars: of one field; longer texts are cut in the middle, and the verdict says so.
        examples: ids of traces whose words stand in the instructions; their labels are not used.
        combine: "all" passes where every criterion does, "any" where one does.

    Example:
        >>> rubric = Rubric("goal_completion", 3, "Did the user get what they asked for?")
        >>> rubric.label, rubric.scores, rubric.hash[:8]
        ('goal_completion@3', ('goal_completion',), '352e02e9')
    """

    name: str
    version: int
    instructions: str
    criteria: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    verdicts: tuple[str, ...] = _VERDICTS
    scale: tuple[int, ...] | None = None
    fields: tuple[str, ...] = ("input", "output")
    unit: Unit = "trace"
    render: str = "v1"
    max_chars: int = 24_000
    examples: tuple[str, ...] = ()
    combine: Combine = "all"

    def __post_init__(self) -> None:
        """Refuse a rubric that no judge could answer, and say why."""
        for name in (self.name, *self.criteria):
            called: object = name
            if not isinstance(called, str) or not _NAME.fullmatch(called):
                message = (
                    f"A rubric or criterion is called by a letter, then letters, digits, spaces,"
                    f" _ or -, at most 64 in all, not {name!r}."
                )
                raise BadInputError(message)
        whole: object = self.version
        if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
            message = f"Rubric {self.name!r}: version is a whole number from 1, not {whole!r}."
            raise BadInputError(message)
        words: object = self.instructions
        if not isinstance(words, str) or not words.strip():
            message = f"Rubric {self.name!r} asks nothing: instructions are empty."
            raise BadInputError(message)
        questions: list[object] = [*self.criteria.values()]
        if any(not isinstance(one, str) or not one.strip() for one in questions):
            message = f"Rubric {self.name!r}: each criterion is a question, not an empty text."
            raise BadInputError(message)
        if self.verdicts not in (_VERDICTS, _VERDICTS[:2]):
            message = (
                f"Rubric {self.name!r}: verdicts are ('pass', 'fail') with 'unknown' or without it,"
                f" not {self.verdicts!r}. For degrees use scale=(1, 2, 3, 4, 5)."
            )
            raise BadInputError(message)
        if self.unit not in get_args(Unit):
            raise UnknownNameError("unit", self.unit, get_args(Unit))
        if self.combine not in get_args(Combine):
            raise UnknownNameError("way to combine", self.combine, get_args(Combine))
        if self.render not in _RENDERS:
            raise UnknownNameError("template", self.render, _RENDERS)
        self._check_what_is_seen()

    def _check_what_is_seen(self) -> None:
        shown: object = self.fields
        if not isinstance(shown, tuple) or not shown:
            message = f"Rubric {self.name!r}: fields is a tuple such as ('input', 'output')."
            raise BadInputError(message)
        if "step" in self.fields and self.unit == "trace":
            message = f"Rubric {self.name!r}: the field 'step' is for unit='tool'."
            raise BadInputError(message)
        if self.max_chars < _LEAST_CHARS:
            message = f"Rubric {self.name!r}: max_chars is {_LEAST_CHARS} or more."
            raise BadInputError(message)
        if self.scale is not None:
            numbers = list(self.scale)
            rising = all(isinstance(one, int) for one in numbers) and sorted(set(numbers))
            if rising != numbers or not _LEAST_SCALE <= len(numbers) <= _MOST_SCALE:
                message = (
                    f"Rubric {self.name!r}: a scale is 2 to 11 rising whole numbers, such as"
                    f" (1, 2, 3, 4, 5), not {self.scale!r}."
                )
                raise BadInputError(message)
            if self.criteria:
                message = f"Rubric {self.name!r} has a scale or criteria, not both."
                raise BadInputError(message)

    @property
    def label(self) -> str:
        """Name and version, as cards show them."""
        return f"{self.name}@{self.version}"

    @property
    def scores(self) -> tuple[str, ...]:
        """The names of the scores that one answer gives, the overall one first."""
        return (self.name, *(f"{self.name}.{one}" for one in self.criteria))

    @cached_property
    def canonical(self) -> str:
        """Everything that changes what a judge reads, in one form only."""
        told = {
            "name": self.name,
            "version": self.version,
            "instructions": self.instructions,
            "criteria": list(self.criteria.items()),
            "verdicts": list(self.verdicts),
            "scale": None if self.scale is None else list(self.scale),
            "fields": list(self.fields),
            "unit": self.unit,
            "render": self.render,
            "max_chars": self.max_chars,
            "combine": self.combine,
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def hash(self) -> str:
        """The hash of the canonical form."""
        return sha256(self.canonical.encode()).hexdigest()

    def __hash__(self) -> int:
        """Return a number that equal rubrics share."""
        return hash(self.canonical)
