"""A process that judges, and may be killed at any time."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from agentlens.scoring.judging.sending import sync
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.claims import Claim, claim, written
from agentlens.scoring.store.sent.runs import Run
from agentlens.scoring.store.sent.settle import Answer, Settling, settle
from tests.scoring.judging.worlds import log_of, run

__all__ = ["WAITS", "main"]

WAITS = Waits(timeout=1.2, slack=0.2, first=0.01, poll=0.05)


def _claimed_without_a_word(store: StoreFile, who: Run, key: str, worst: float | None) -> Claim:
    """Claim, and leave nothing behind."""
    got = claim(store, who, key, worst)
    if got.state == "send":
        with store.transaction() as held:
            held.execute("delete from attempt where id = ?", (got.attempt,))
            held.execute("delete from lease where key = ?", (key,))
    return got


def _settled_with_its_intent(
    store: StoreFile, who: Run, how: Settling, answers: list[Answer]
) -> tuple[str, ...]:
    """Write down that something was meant to be sent, now that its answer is there."""
    told = []
    for one in answers:
        with store.transaction() as held:
            number = written(held, who, [one.key], [0.0], via="sync")
        told.append(Answer(one.key, number, one.reply, one.usd))
    return settle(store, who, how, told)


def main(
    store: str, url: str, n: int, on_unknown: str, mutant: str = "", timeout: float = WAITS.timeout
) -> None:
    """Judge once, and write beside the store how many verdicts there are, and the band."""
    if mutant:
        setattr(sync, "claim", _claimed_without_a_word)  # noqa: B010 - a name of its own imports
        setattr(sync, "settle", _settled_with_its_intent)  # noqa: B010 - as above
    said = cast("Literal['retry', 'skip']", on_unknown)
    told = run(log_of(n), Path(store), url, waits=replace(WAITS, timeout=timeout), on_unknown=said)
    words = f"{told.facts()['verdicts'].value} {told.band}"
    Path(f"{store}.{os.getpid()}.told").write_text(words, encoding="utf-8")
