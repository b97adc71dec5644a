"""In what may one server of messages differ from another?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.messages.truths import Truths

__all__ = ["Answering", "Options", "fate_of"]

Answering = Callable[[Mapping[str, Any], int], str]
"""From the body and how often it was asked before, to the text of the answer."""


def fate_of(text: str, time: int) -> str:
    """Return what becomes of an item of a batch: what it says after fate=, the first time."""
    said = text.partition("fate=")[2].split(maxsplit=1)
    named = said[0].split("<", 1)[0].strip("\"'.,") if said else ""
    return named if named and time == 0 else "succeeded"


@dataclass(frozen=True)
class Options:
    """How a server of messages behaves.

    Attributes:
        answer: gives the words of an answer.
        thinks: tokens of thought before each answer, in a block of their own without text.
        returned: the id of the model that answers, from the one asked and the number of answers.
        models: whether it tells of its models.
        counts: whether it counts tokens.
        batches: whether it takes batches.
        key: the one that it accepts; "" is any.
        prefix: of every address, as behind a gateway.
        polls: how often a batch is asked after before it has ended.
        fate: what becomes of an item of a batch, from its text and how often it was handed in.
        elsewhere: an address on which it says that results lie, for those who would follow it.
        geo: where it says that it thinks.
    """

    answer: Answering = field(default_factory=Truths)
    thinks: int = 0
    returned: Callable[[str, int], str] = lambda asked, _: asked
    models: bool = True
    counts: bool = True
    batches: bool = True
    key: str = ""
    prefix: str = ""
    polls: int = 0
    fate: Callable[[str, int], str] = fate_of
    elsewhere: str = ""
    geo: str = "global"
