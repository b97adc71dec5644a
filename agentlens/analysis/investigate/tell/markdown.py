"""How does a brief read in a ticket?"""

import pandas as pd

from agentlens.result import Result
from agentlens.theme import mark

__all__ = ["markdown_of"]


def markdown_of(result: Result, reading: pd.DataFrame, undecided: tuple[str, ...]) -> str:
    """Return a result as Markdown: headline, facts, what to read, what is open, how it is known.

    Args:
        result: the investigation.
        reading: traces to read first and why.
        undecided: what could not be decided.
    """
    lines = [
        f"## {_plain(result.title)}",
        "",
        f"**{mark(result.band)}** {_plain(result.headline)}",
        "",
    ]
    shown = {name: fact for name, fact in result.facts().items() if name not in _ELSEWHERE}
    lines += [f"- **{_plain(name)}**: {_plain(str(fact))}" for name, fact in shown.items()]
    if len(reading):
        lines += ["", "### Read first", ""]
        pairs = zip(reading["trace_id"], reading["why"], strict=True)
        lines += [f"1. `{_code(one)}`: {_plain(str(why))}" for one, why in pairs]
    if undecided:
        lines += ["", "### Not decided", "", *(f"- {_plain(one)}" for one in undecided)]
    if result.caveats:
        lines += ["", "### How this is known", "", *(f"- {_plain(one)}" for one in result.caveats)]
    return "\n".join([*lines, ""])


_ELSEWHERE = {"read first", "not decided"}
_SPECIAL = str.maketrans({one: f"\\{one}" for one in "\\`*_{}[]<>#|!~"})


def _plain(words: str) -> str:
    """Return words in which nothing is markup: what a user wrote must not become a link."""
    return " ".join(words.split()).translate(_SPECIAL)


def _code(words: object) -> str:
    return str(words).replace("`", "'").replace("\n", " ")
