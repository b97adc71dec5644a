"""How do several threads judge one by one, and stop together?"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from agentlens.scoring.judges.reply import Reply
from agentlens.scoring.judging.sending.state import Line, Outcome, State
from agentlens.scoring.judging.sending.stops import Stop, may_cost
from agentlens.scoring.judging.sending.watch import Watch
from agentlens.scoring.store.sent.claims import Claim, claim
from agentlens.scoring.store.sent.settle import Answer, settle, settle_rejected

__all__ = ["sent_one_by_one"]

_MOST_REJECTED = 3
_SPOKEN = frozenset({"", "abstained"})
_MOST_SILENT = 10
_MOST_MUTE = 30


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
    spoke = any(one.status in _SPOKEN for one in line.questions.found.values())
    state = State(deque(keys), succeeded=known, spoke=spoke)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="judge")
    work = [pool.submit(_Worker(line, state).work) for _ in range(min(workers, len(keys)))]
    watch = Watch(line, work)
    try:
        while watch.waits():
            told(state.done)
    except KeyboardInterrupt:
        state.end("interrupted")
        while watch.waits():
            pass
    except BaseException:
        state.end("refused", "a failure of this program")
        raise
    finally:
        pool.shutdown(wait=True)
    for one in work:
        one.result()
    if state.rejected and (state.stop is None or state.stop.why != "rejected"):
        settle_rejected(line.store, line.run, line.settling, state.rejected)
    return Outcome(state.stop, frozenset(state.lost), frozenset(state.pending))


class _Worker:
    """One thread."""

    def __init__(self, line: Line, state: State) -> None:
        self.line = line
        self.state = state

    def work(self) -> None:
        """Take keys until there is none; whatever goes wrong ends the run for all."""
        whole = False
        try:
            while (key := self.state.next()) is not None:
                self._settle(key)
            whole = True
        finally:
            if not whole:
                self.state.end("refused", "a failure of this program")

    def _settle(self, key: str) -> None:
        """Ask a key until it has an outcome."""
        tried = 0
        chars = self.line.questions.chars(key)
        while self.state.goes_on():
            got = self._claimed(key, self.line.costs.worst(chars))
            if got is None:
                return
            try:
                reply = self.line.sender.send(self.line.questions.body(key))
                tried += reply.outcome == "wait"
                self._pause(reply, tried)
                usd = self.line.costs.billed(reply, chars)
                answer = Answer(key, got.attempt, reply, usd)
                (status,) = settle(self.line.store, self.line.run, self.line.settling, [answer])
            finally:
                with self.state.turn:
                    self.state.flying -= 1
                    self.state.settled += 1
                    self.state.full = False
                    self.state.turn.notify_all()
            if self._over(key, reply, status):
                return

    def _claimed(self, key: str, worst: float | None) -> Claim | None:
        """Return the right to send a key, None where there is none; why not is noted."""
        with self.state.claiming:
            settled = self.state.settled
            got = claim(self.line.store, self.line.run, key, worst)
            with self.state.turn:
                if got.state == "send":
                    self.state.flying += 1
                    return got
                if got.state == "budget" and (self.state.flying or settled < self.state.settled):
                    # what is on its way may cost less than its most: until then it waits in front
                    self.state.queue.appendleft(key)
                    self.state.full = self.state.flying > 0
                    return None
                self._not_ours(key, got.state, worst)
                return None

    def _not_ours(self, key: str, why: str, worst: float | None) -> None:
        """Note why a key cannot be sent, or that the run is at its end."""
        if why == "wait":
            self.state.later.append((monotonic() + self.line.waits.jitter(), key))
        elif why == "lost":
            self.state.lost.add(key)
        elif why == "pending":
            self.state.pending.add(key)
        elif why == "done":
            self.state.done += 1
        elif self.state.stop is None:
            self.state.stop = Stop("calls") if why == "calls" else Stop("budget", may_cost(worst))
        self.state.turn.notify_all()

    def _pause(self, reply: Reply, tried: int) -> None:
        """Let all threads wait where the server asks for it, or end the run where that is long."""
        if reply.outcome != "wait":
            return
        waits = self.line.waits
        pause = waits.pause(reply.retry_after, tried)
        if pause > waits.most:
            self.state.end("waiting", f"the server asks to wait {pause:.0f} s ({reply.detail})")
        elif tried >= waits.tries:
            asked = "the server asked to wait" if reply.http_status else "nobody answered"
            self.state.end("waiting", f"{asked} {tried} times ({reply.detail.rstrip('.')})")
        with self.state.turn:
            until = monotonic() + min(pause, waits.most)
            self.state.paused_until = max(self.state.paused_until, until)

    def _over(self, key: str, reply: Reply, status: str) -> bool:
        """Note an outcome, and return whether the key is done with for this run."""
        if reply.outcome == "paid":
            with self.state.turn:
                self.state.succeeded = True
                self.state.done += 1
                self.state.spoke |= status in _SPOKEN
                self.state.mute += 1
                hopeless = not self.state.spoke and self.state.mute >= _MOST_MUTE
            if hopeless and not self.line.costs.free:
                self.state.end("mute", f"{_MOST_MUTE} answers")
            return True
        if reply.outcome == "reject":
            self._rejected(key, reply)
            return True
        if reply.outcome == "stop":
            self.state.end("refused", reply.detail)
        elif reply.outcome == "unknown":
            with self.state.turn:
                self.state.silent += 1
                hopeless = not self.state.succeeded and self.state.silent >= _MOST_SILENT
            if hopeless:
                self.state.end("silent", reply.detail)
        return False

    def _rejected(self, key: str, reply: Reply) -> None:
        """Note a refused item; it is kept as such once it is clear that not all are refused."""
        with self.state.turn:
            self.state.rejected.append(key)
            self.state.done += 1
            kept = list(self.state.rejected) if self.state.succeeded else []
            hopeless = not self.state.succeeded and len(self.state.rejected) >= _MOST_REJECTED
            if kept:
                self.state.rejected.clear()
        if kept:
            settle_rejected(self.line.store, self.line.run, self.line.settling, kept)
        if hopeless:
            self.state.end("rejected", reply.detail)
