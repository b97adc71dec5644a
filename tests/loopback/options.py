"""In what do servers differ, faults aside?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.loopback.rows import Row

__all__ = ["Mode", "Quirks", "Writes"]

Mode = Literal["v4", "events_only", "v3", "neither", "html", "redirect"]


@dataclass(frozen=True)
class Quirks:
    """How a server differs from others of its mode.

    Attributes:
        version: what it says it is; "" for what goes with the mode.
        unknown: how a server of version 3 says that it does not know v2/observations: with the
            sentence, with a web page, or with 501.
        v2_scores: whether a server of version 3 has v2/scores.
        deprecation: whether answers of old addresses say that they will go.
        prefix: a path in front of every address, as behind a proxy.
        redirect_to: where mode "redirect" sends everybody; a path or a whole address.
        switch: by number of requests, the mode from there on.
        old_output: how often a row that has other versions comes with the output of the first of
            those when input and output are asked for.
        extra_keys: what every row of every list says besides, as newer servers may.
        headers: sent with every answer.
    """

    version: str = ""
    unknown: Literal["sentence", "html", "501"] = "sentence"
    v2_scores: bool = True
    deprecation: bool = False
    prefix: str = ""
    redirect_to: str = "/auth/sign-in"
    switch: Mapping[int, Mode] = field(default_factory=dict)
    old_output: int = 0
    extra_keys: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Writes:
    """What a server does with what is written to it.

    Attributes:
        shape: whether scores are taken as a list, or one by one (as versions before 4.59 do).
        delay: seconds until a score that was accepted can be read.
        lost: which accepted scores can never be read.
        rejects: says of a score why it is rejected, "" where it is not; a list with such scores is
            answered 207.
        own_time: whether the server sets its own time and ignores the one that was sent.
        delete_delay: seconds until a deleted trace is gone.
    """

    shape: Literal["list", "single"] = "list"
    delay: float = 0.0
    lost: Callable[[Row], bool] = lambda _: False
    rejects: Callable[[Row], str] = lambda _: ""
    own_time: bool = False
    delete_delay: float = 0.0
