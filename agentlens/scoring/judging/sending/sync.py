"""How do several threads judge one by one, and stop together?"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Condition
from time import monotonic

from agentlens.scoring.judges.reply import Reply, Sender
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.money.costs import Costs
from agentlens.scoring.judging.sending.stops import Stop, Why
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.claims import claim
from agentlens.scoring.store.sent.runs import Run
from agentlens.scoring.store.sent.settle import Answer, Settling, settle, settle_rejected

__all__ = ["Line", "Outcome", "sent_one_by_one"]

_MOST_REJECTED = 3
_MOST_SILENT = 10
_LOOK = 0.2


@dataclass(frozen=True)
class Line:
    """All that a thread needs to ask and to keep answers."""

    store: StoreFile
    run: Run
    questions: Asked
    costs: Costs
    settling: Settling
    sender: Sender
    waits: Waits


@dataclass(frozen=True)
class Outcome:
    """How a run went.

    Attributes:
        stop: why it ended early, None where it did not.
        lost: keys that may have been billed and have no answer.
        pending: keys that a batch holds.
    """

    stop: Stop | None = None
    lost: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()


@dataclass
class _State:
    """What the threads share; read and changed only while the condition is held."""

    queue: deque[str]
    later: list[tuple[float, str]] = field(default_factory=list)
    flying: int = 0
    paused_until: float = 0.0
    stop: Stop | None = None
    succeeded: bool = False
    rejected: list[str] = field(default_factory=list)
    silent: int = 0
    done: int = 0
    lost: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)


def sent_one_by_one(
    line: Line, keys: Sequence[str], workers: int, told: Callable[[int], None]
) -> Outcome:
    """Send questions from several threads until all are settled or something ends the run.

    An interrupted cell lets calls that are on their way finish: they are paid for.

    Args:
        line: to the judge and to the store.
        keys: distinct, in order.
        workers: how many threads.
        told: is told how many are settled, now and then.
    """
    known = any(one.status != "rejected" for one in line.questions.found.values())
    state = _State(deque(keys), succeeded=known)
    turn = Condition()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="judge")
    work = [pool.submit(_Worker(line, state, turn).work) for _ in range(min(workers, len(keys)))]
    try:
        while wait(work, timeout=_LOOK).not_done:
            told(state.done)
    except KeyboardInterrupt:
        with turn:
            state.stop = Stop("interrupted")
            turn.notify_all()
        wait(work)
    finally:
        pool.shutdown(wait=True)
    for one in work:
        one.result()
    if state.rejected and (state.stop is None or state.stop.why != "rejected"):
        settle_rejected(line.store, line.run, line.settling, state.rejected)
    return Outcome(state.stop, frozenset(state.lost), frozenset(state.pending))


class _Worker:
    """One thread."""

    def __init__(self, line: Line, state: _State, turn: Condition) -> None:
        self.line = line
        self.state = state
        self.turn = turn

    def work(self) -> None:
        """Take keys until there is none; whatever goes wrong ends the run for all."""
        whole = False
        try:
            while (key := self._next()) is not None:
                self._settle(key)
            whole = True
        finally:
            if not whole:
                self._end("refused", "a failure of this program")

    def _next(self) -> str | None:
        """Return a key to ask, waiting for those that another notebook holds."""
        with self.turn:
            while self.state.stop is None:
                now = monotonic()
                ready = [one for one in self.state.later if one[0] <= now]
                if self.state.queue and now >= self.state.paused_until:
                    return self.state.queue.popleft()
                if not self.state.queue and ready:
                    self.state.later.remove(min(ready))
                    return min(ready)[1]
                times = [at for at, _ in self.state.later]
                if self.state.queue:
                    times = [self.state.paused_until]
                elif not times:
                    return None
                self.turn.wait(max(0.0, min(times) - now))
        return None

    def _settle(self, key: str) -> None:
        """Ask a key until it has an outcome."""
        tried = 0
        chars = self.line.questions.chars(key)
        while self._goes_on():
            worst = self.line.costs.worst(chars)
            got = claim(self.line.store, self.line.run, key, worst)
            if got.state != "send":
                if self._not_ours(key, got.state):
                    continue
                return
            with self.turn:
                self.state.flying += 1
            try:
                reply = self.line.sender.send(self.line.questions.body(key))
                tried += reply.outcome == "wait"
                self._pause(reply, tried)
                usd = self.line.costs.billed(reply, chars)
                answer = Answer(key, got.attempt, reply, usd)
                settle(self.line.store, self.line.run, self.line.settling, [answer])
            finally:
                with self.turn:
                    self.state.flying -= 1
                    self.turn.notify_all()
            if self._over(key, reply):
                return

    def _goes_on(self) -> bool:
        """Wait while all pause, and return whether the run still goes on."""
        with self.turn:
            while self.state.stop is None:
                left = self.state.paused_until - monotonic()
                if left <= 0:
                    return True
                self.turn.wait(left)
        return False

    def _not_ours(self, key: str, why: str) -> bool:
        """Note why a key cannot be sent, and return whether to try again at once."""
        with self.turn:
            if (
                why == "budget" and self.state.flying
            ):  # what is on its way may cost less than its most
                self.turn.wait(_LOOK)
                return True
            if why == "wait":
                self.state.later.append((monotonic() + self.line.waits.jitter(), key))
            elif why == "lost":
                self.state.lost.add(key)
            elif why == "pending":
                self.state.pending.add(key)
            elif why == "done":
                self.state.done += 1
            elif self.state.stop is None:
                self.state.stop = Stop("calls" if why == "calls" else "budget")
            self.turn.notify_all()
        return False

    def _pause(self, reply: Reply, tried: int) -> None:
        """Let all threads wait where the server asks for it, or end the run where that is long."""
        if reply.outcome != "wait":
            return
        waits = self.line.waits
        pause = waits.pause(reply.retry_after, tried)
        if pause > waits.most:
            self._end("waiting", f"the server asks to wait {pause:.0f} s ({reply.detail})")
        elif tried >= waits.tries:
            self._end("waiting", f"the server asked {tried} times to wait ({reply.detail})")
        with self.turn:
            until = monotonic() + min(pause, waits.most)
            self.state.paused_until = max(self.state.paused_until, until)

    def _over(self, key: str, reply: Reply) -> bool:
        """Note an outcome, and return whether the key is done with for this run."""
        if reply.outcome == "paid":
            with self.turn:
                self.state.succeeded = True
                self.state.done += 1
            return True
        if reply.outcome == "reject":
            self._rejected(key, reply)
            return True
        if reply.outcome == "stop":
            self._end("refused", reply.detail)
        elif reply.outcome == "unknown":
            with self.turn:
                self.state.silent += 1
                hopeless = not self.state.succeeded and self.state.silent >= _MOST_SILENT
            if hopeless:
                self._end("silent", reply.detail)
        return False

    def _rejected(self, key: str, reply: Reply) -> None:
        """Note a refused item; it is kept as such once it is clear that not all are refused."""
        with self.turn:
            self.state.rejected.append(key)
            self.state.done += 1
            kept = list(self.state.rejected) if self.state.succeeded else []
            hopeless = not self.state.succeeded and len(self.state.rejected) >= _MOST_REJECTED
            if kept:
                self.state.rejected.clear()
        if kept:
            settle_rejected(self.line.store, self.line.run, self.line.settling, kept)
        if hopeless:
            self._end("rejected", reply.detail)

    def _end(self, why: Why, detail: str) -> None:
        with self.turn:
            if self.state.stop is None:
                self.state.stop = Stop(why, detail)
            self.turn.notify_all()
