"""What is a file that is about to be written?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Case", "Draft", "as_text"]

Case = Mapping[str, Any]
"""One regression case, as it stands in the case file."""


@dataclass(frozen=True)
class Draft:
    """A file by its name and bytes.

    Attributes:
        name: beside the case file.
        data: what it holds.
        code: whether it is a program, which holds no case and belongs to the user once written.
    """

    name: str
    data: bytes
    code: bool = False


def as_text(case: Case) -> str:
    """Return the input of a case as one text: what it is, or what the user said in it."""
    given = case["input"]
    if isinstance(given, str):
        return given
    said = [str(one["content"]) for one in given if one["role"] == "user"]
    return "\n\n".join(said or [str(one["content"]) for one in given])
