"""Which result belongs to which call?"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["ALONE", "Turn", "paired"]

ALONE = -1
"""The pair of a call that nothing answers, and of a result that nothing asked for."""

_NONE = -2


@dataclass(frozen=True)
class Turn:
    """One line of a conversation.

    Attributes:
        role: system, user, assistant, tool, or what the source calls it.
        sort: said, call or result.
        text: what was said, the arguments or the result.
        name: of the tool.
        call_id: by which a call and its result are known to belong together.
        pair: the number of the turn that answers this call or asked for this result.
        span_id: the step that it was found in, "" for the trace itself.
        failed: whether that step failed.
    """

    role: str
    sort: str
    text: str
    name: str = ""
    call_id: str = ""
    pair: int = _NONE
    span_id: str = ""
    failed: bool = False


def paired(said: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns with each call and its result pointing at one another.

    Pairs have the same id; where a format gives none, the same name, in order.
    """
    out = list(said)
    waiting: dict[tuple[str, str], deque[int]] = defaultdict(deque)
    for at, one in enumerate(said):
        key = (one.call_id, "" if one.call_id else one.name)
        if one.sort == "call":
            waiting[key].append(at)
        elif one.sort == "result" and waiting[key]:
            asked = waiting[key].popleft()
            out[at] = replace(one, pair=asked, name=one.name or out[asked].name)
            out[asked] = replace(out[asked], pair=at)
    return tuple(out)
