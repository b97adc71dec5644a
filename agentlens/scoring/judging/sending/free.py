"""How are many questions put to a quick function that costs nothing?"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

from agentlens.scoring.judges.reply import Reply
from agentlens.scoring.judging.sending.state import Line, Outcome
from agentlens.scoring.judging.sending.stops import Stop
from agentlens.scoring.judging.sending.sync import sent_one_by_one
from agentlens.scoring.judging.sending.watch import Watch
from agentlens.scoring.store.sent.claims import claim_some
from agentlens.scoring.store.sent.settle import Answer, settle, settle_rejected

__all__ = ["sent_in_groups"]

_FIRST = 16
_MOST = 64
_OFTEN = 0.25
_UNSENT = Reply(outcome="wait", detail="not sent, since the run ended")


def sent_in_groups(
    line: Line, keys: Sequence[str], workers: int, told: Callable[[int], None]
) -> Outcome:
    """Put questions to a function, and keep its answers several at a time, every quarter second.

    Writing one answer down takes longer than a quick function; with a slow one this is the same as
    one by one. Nothing is paid for, so a crash costs what was answered since the last time.

    Args:
        line: to the judge and to the store.
        keys: distinct, in order.
        workers: how many threads.
        told: is told how many are settled, now and then.
    """
    first = sent_one_by_one(line, keys[:_FIRST], workers, told)
    if first.stop is not None or len(keys) <= _FIRST:
        return first
    rest, ended, left = deque(keys[_FIRST:]), Event(), list[str]()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="judge")
    work = [pool.submit(_work, line, rest, ended, left) for _ in range(workers)]
    stop: Stop | None = None
    watch = Watch(line, work)
    try:
        while watch.waits():
            told(len(keys) - len(rest))
    except KeyboardInterrupt:
        stop = Stop("interrupted")
        ended.set()
        while watch.waits():
            pass
    except BaseException:
        ended.set()
        raise
    finally:
        pool.shutdown(wait=True)
    for one in work:
        one.result()
    if stop is not None:
        return Outcome(stop, first.lost, first.pending)
    last = sent_one_by_one(line, left, workers, told) if left else Outcome()
    return Outcome(last.stop, first.lost | last.lost, first.pending | last.pending)


def _work(line: Line, rest: "deque[str]", ended: Event, left: list[str]) -> None:
    """Take groups of keys until there is none; what another notebook holds is left for later."""
    size = 1
    try:
        while not ended.is_set() and (group := _taken(rest, size)):
            claims = claim_some(line.store, line.run, group)
            left += [key for key in group if claims[key].state not in {"send", "done"}]
            ours = [(key, claims[key].attempt) for key in group if claims[key].state == "send"]
            begun = monotonic()
            _answered(line, ours, ended)
            each = (monotonic() - begun) / max(len(ours), 1)
            size = max(1, min(_MOST, int(_OFTEN / max(each, 1e-9)), 4 * size))
    except BaseException:
        ended.set()
        raise


def _taken(rest: "deque[str]", size: int) -> list[str]:
    group: list[str] = []
    while len(group) < size:
        try:
            group.append(rest.popleft())
        except IndexError:  # another thread took the last
            break
    return group


def _answered(line: Line, ours: Sequence[tuple[str, int]], ended: Event) -> None:
    """Ask each, and keep what came whenever a quarter of a second has gone by."""
    answers: list[Answer] = []
    last = monotonic()
    for key, attempt in ours:
        reply = _UNSENT if ended.is_set() else line.sender.send(line.questions.body(key))
        answers.append(Answer(key, attempt, reply, 0.0))
        if monotonic() - last > _OFTEN:
            _kept(line, answers)
            answers, last = [], monotonic()
    _kept(line, answers)


def _kept(line: Line, answers: Sequence[Answer]) -> None:
    if not answers:
        return
    settle(line.store, line.run, line.settling, answers)
    refused = [one.key for one in answers if one.reply.outcome == "reject"]
    if refused:
        settle_rejected(line.store, line.run, line.settling, refused)
