"""What is a check?"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Literal, get_args

from agentlens.errors import BadInputError
from agentlens.scoring.checks.found import Found, nothing
from agentlens.scoring.checks.own import found_by, lacking_none
from agentlens.tables.log import Log

__all__ = ["Check", "Severity"]

Severity = Literal["never", "failure", "fact"]
"""How bad a failure is: one that must never be, an ordinary one, or a fact that a metric weighs."""

_SHORT = 8


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule that every trace is held against, without a model and for nothing.

    Attributes:
        name: what its scores are called.
        version: of the rule; a changed parameter changes the edition as well.
        applies: to which traces, as a phrase.
        question: what is asked of each, as a sentence.
        params: what was chosen, as plain values.
        run: gives the verdict on each trace of a log.
        severity: "never" for what must never fail, "failure", or "fact" for what is no fault by
            itself.
        claims_meaning: whether it reads a meaning into words; then it is a judge with price zero.
        graded: whether its value may be a share between 0 and 1.
        failing: what a failing trace does, as in "37 of 900 outputs show a pattern".
        notes: what a reader of its rate must know.

    Example:
        >>> def short(log):
        ...     return log.traces["output"].str.len() < 300
        >>> Check.of(short, name="brief", needs=["output"]).label
        'brief@1:44136fa3'
    """

    name: str
    version: int
    applies: str
    question: str
    params: Mapping[str, object] = field(hash=False)
    run: Callable[[Log], Found] = field(repr=False, compare=False)
    severity: Severity = field(default="failure", compare=False)
    claims_meaning: bool = field(default=False, compare=False)
    graded: bool = field(default=False, compare=False)
    failing: str = field(default="traces fail", repr=False, compare=False)
    notes: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what has no name, and parameters that cannot be written down."""
        given: object = self.name
        if not isinstance(given, str) or not given.strip() or "@" in given:
            message = f"A check needs a name without an @, such as 'brief'; this is {given!r}."
            raise BadInputError(message)
        if self.severity not in get_args(Severity):
            message = (
                f"check {self.name!r}: severity {self.severity!r} is none of {get_args(Severity)}."
            )
            raise BadInputError(message)
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))
        try:
            self._written()
        except (TypeError, ValueError, RecursionError) as error:
            message = (
                f"check {self.name!r}: params must be plain values that JSON knows ({error})."
                " Give a function by its name, and raise version= when it changes."
            )
            raise BadInputError(message) from error

    @property
    def edition(self) -> str:
        """The version with a short hash of the parameters, as scores carry it."""
        written = self._written().encode(errors="backslashreplace")
        return f"{self.version}:{sha256(written).hexdigest()[:_SHORT]}"

    @property
    def label(self) -> str:
        """Name and edition."""
        return f"{self.name}@{self.edition}"

    @classmethod
    def of(
        cls,
        function: Callable[[Log], object],
        *,
        name: str,
        version: int = 1,
        question: str = "",
        applies: str = "traces",
        params: Mapping[str, object] | None = None,
        needs: Sequence[str] = (),
        severity: Severity = "failure",
        claims_meaning: bool = False,
    ) -> "Check":
        """Return a check of your own.

        Args:
            function: from a log to a column with one value a trace: true, false, or missing where
                the check does not apply; or to a frame of `passed` and `evidence`.
            name: what its scores are called.
            version: raise it when the function changes.
            question: what is asked of each trace.
            applies: to which traces.
            params: what was chosen, so that another choice is another edition.
            needs: trace columns; a trace that lacks one of them is not checked.
            severity: "never", "failure" or "fact".
            claims_meaning: whether it reads a meaning into words.
        """
        wanted = [needs] if isinstance(needs, str) else list(needs)

        def run(log: Log) -> Found:
            lacking = [one for one in wanted if one not in log.traces]
            if lacking:
                return nothing(len(log), f"this log has no column {lacking[0]!r}")
            return lacking_none(found_by(function(log), len(log), name), log.traces[wanted])

        return cls(
            name=name,
            version=version,
            applies=applies,
            question=question or f"Does the trace pass {name}?",
            params=params or {},
            run=run,
            severity=severity,
            claims_meaning=claims_meaning,
        )

    def _written(self) -> str:
        return json.dumps(dict(self.params), sort_keys=True, separators=(",", ":"))
