"""What is a metric?"""

from dataclasses import KW_ONLY, dataclass
from typing import Literal, get_args

from agentlens.errors import BadInputError
from agentlens.measures.correction import Correction
from agentlens.measures.expression import Expression, parse

__all__ = ["Better", "Kind", "Metric", "TableName"]

Kind = Literal["rate", "mean", "quantile", "ratio", "count"]
Better = Literal["higher", "lower", "neither"]
TableName = Literal["traces", "spans"]
_WORDS = {"ttft": "time to first token", "llm": "LLM"}


@dataclass(frozen=True)
class Metric:
    """A question about every row that has a number for an answer; a value, and data all through.

    Attributes:
        name: what it is called on charts and in calls.
        kind: `rate` (share of rows that are true), `mean`, `quantile`, `ratio` (of two sums) or
            `count` (of rows that are true).
        better: which direction is good news.
        unit: "share", "s", "USD", "tokens", or "" for a plain number.
        numerator: an expression over columns, such as "completed and not escalated".
        denominator: for a ratio, what it is divided by.
        where: which rows count at all.
        table: "traces" or "spans".
        q: for a quantile, which one.
        version: of the definition; a change shows as a break on charts, never as drift.
        meaning: one sentence for a reader.
        correction: for the rate of a judge, the errors that its numerator takes out.

    Example:
        >>> Metric("slow", "rate", "lower", "share", "latency_s > 20")
        Metric('slow', rate of latency_s > 20)
    """

    name: str
    kind: Kind
    better: Better = "neither"
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    where: str = ""
    _: KW_ONLY
    table: TableName = "traces"
    q: float | None = None
    version: int = 1
    meaning: str = ""
    correction: Correction | None = None

    def __post_init__(self) -> None:
        """Refuse a definition that cannot be computed, and say why."""
        if self.kind not in get_args(Kind):
            message = f"Metric {self.name!r}: kind {self.kind!r} is none of {get_args(Kind)}."
            raise BadInputError(message)
        if self.better not in get_args(Better):
            message = f"Metric {self.name!r}: better {self.better!r} is none of {get_args(Better)}."
            raise BadInputError(message)
        if self.table not in get_args(TableName):
            message = (
                f"Metric {self.name!r}: table {self.table!r} is none of {get_args(TableName)}."
            )
            raise BadInputError(message)
        if not self.numerator:
            message = f"Metric {self.name!r} says nothing to count: numerator is empty."
            raise BadInputError(message)
        if (self.kind == "ratio") != bool(self.denominator):
            message = f"Metric {self.name!r}: a ratio has a denominator, and only a ratio has one."
            raise BadInputError(message)
        if (self.kind == "quantile") != (self.q is not None):
            message = (
                f"Metric {self.name!r}: a quantile says which one (q=0.95), no other kind does."
            )
            raise BadInputError(message)
        if self.q is not None and not 0 < self.q < 1:
            message = f"Metric {self.name!r}: q lies between 0 and 1, not {self.q!r}."
            raise BadInputError(message)
        for text in (self.numerator, self.denominator, self.where):
            if text:
                parse(text)

    def __repr__(self) -> str:
        """Return the definition as a phrase."""
        per = f" over {self.denominator}" if self.denominator else ""
        only = f" where {self.where}" if self.where else ""
        return f"Metric({self.name!r}, {self.kind} of {self.numerator}{per}{only})"

    @property
    def title(self) -> str:
        """The name as a phrase, such as "time to first token p95" or "tool success: search".

        >>> Metric("score:tone@human", "rate", numerator="score('tone@human')").title
        'tone score by human'
        """
        family, colon, member = self.name.partition(":")
        words = " ".join(_WORDS.get(word, word) for word in family.split("_"))
        if not colon:
            return words
        of = member.replace("_", " ")
        return (
            f"{of} score".replace("@human score", " score by human")
            if family == "score"
            else f"{words}: {of}"
        )

    def expressions(self) -> dict[str, Expression]:
        """Return the parts of the definition, parsed, by their name."""
        texts = {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "where": self.where,
        }
        return {name: parse(text) for name, text in texts.items() if text}
