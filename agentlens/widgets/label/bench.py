"""Which item lies before a rater, and which comes next?"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from agentlens.errors import UnknownNameError
from agentlens.scoring.labels.asking.desk import Desk, Key
from agentlens.scoring.labels.asking.once import commit_once, saw, see
from agentlens.scoring.labels.export import item_ids
from agentlens.widgets.label.memory import Memory
from agentlens.widgets.label.said import verdict_of, word

__all__ = ["Answer", "Bench"]

Answer = dict[str, Any]


class Bench:
    """A desk with one item on it. What was skipped comes again at the end.

    Args:
        desk: whose queue.
        blind: whether the judge's verdict is hidden until the rater asks for it.

    Attributes:
        at: the item on the desk; None where all have a label.
        gone: showings whose trace is not in the log any more.
        marks: what this rater said and did not take back, in order.
        said: the same by showing.
    """

    def __init__(self, desk: Desk, *, blind: bool) -> None:
        self.desk = desk
        self.blind = blind
        memory = Memory(desk)
        self.marks, self.said = memory.marks, memory.said
        queue = desk.work.queue
        columns = (queue["trace_id"], queue["span_id"], queue["repeat"])
        every = [(str(a), str(b), int(c)) for a, b, c in zip(*columns, strict=True)]
        self._tokens = dict(zip(every, item_ids(queue, desk.work.record.plan), strict=True))
        self._keys = {token: key for key, token in self._tokens.items()}
        self._place = {key: place for place, key in enumerate(every, start=1)}
        here = {*desk.work.log.traces["trace_id"].astype("str")}
        self.gone = {key for key in every if key[0] not in here}
        self._order = [key for key in every if key not in self.gone]
        self.at: Key | None = self._after(None)

    @property
    def queued(self) -> int:
        """How many showings there are, those included that are gone from the log."""
        return len(self._place)

    def done(self) -> int:
        """Return how many showings have a label."""
        return len({*self.said()} & {*self._place})

    def token(self, key: Key) -> str:
        """Return the name of a showing, which does not tell a second from a first."""
        return self._tokens[key]

    def place(self, key: Key) -> int:
        """Return the place of a showing in the queue, from 1."""
        return self._place[key]

    def ahead(self) -> Key | None:
        """Return what comes after the item on the desk, if that gets its label now."""
        nearest = self._after(self.at, without=self.at)
        return None if nearest == self.at else nearest

    def commit(self, content: Mapping[str, Any]) -> Answer:
        """Keep an answer, and lay the next item on the desk.

        Args:
            content: item, verdict, id, and where there are any note, code, seconds and over, which
                says that it may replace an answer.
        """
        key = self._key(content)
        said, ident = verdict_of(content)
        blind = self.blind and not saw(self.desk, key)
        over = bool(content.get("over"))
        there = commit_once(self.desk, key, said, ident, blind=blind, over=over)
        if there is not None:
            return {"saved": False, "exists": word(there)}
        self.at = self._after(key)
        return {"saved": True, "verdict": word(said.y)}

    def undo(self) -> Answer:
        """Take back the last answer, and lay its item on the desk again."""
        before = self.marks()
        back = self.desk.take_back()
        if back is None:
            return {"taken": False}
        last = before.iloc[-1]
        if back in self._order:
            self.at = back
        return {"taken": True, "note": str(last["note"]), "code": str(last["code"])}

    def skip(self) -> Answer:
        """Go on; an item without a label comes again at the end."""
        if self.at is None:
            return {"moved": False}
        here = self._order.index(self.at)
        if self.at in self.said():
            more = self._order[here + 1 :]
            self.at = more[0] if more else self._after(None)
            return {"moved": True}
        following = self._after(self.at, without=self.at)
        self._order.append(self._order.pop(here))
        moved = following != self.at
        self.at = following
        return {"moved": moved, "skipped": True}

    def back(self) -> Answer:
        """Go to the item before."""
        here = len(self._order) if self.at is None else self._order.index(self.at)
        if here == 0:
            return {"moved": False}
        self.at = self._order[here - 1]
        return {"moved": True}

    def keep(self, content: Mapping[str, Any]) -> Answer:
        """Leave the answer that stands, and go on.

        Args:
            content: item.
        """
        self.at = self._after(self._key(content))
        return {"moved": True}

    def lose(self, key: Key) -> None:
        """Count an item that is gone from the log, and go on.

        Args:
            key: of the showing.
        """
        following = self._after(key, without=key)
        self.gone.add(key)
        self._order.remove(key)
        if self.at == key:
            self.at = None if following == key else following

    def judged(self, content: Mapping[str, Any]) -> Answer:
        """Return what judges said of an item that has its label; that they were asked is kept.

        Args:
            content: item.
        """
        key = self._key(content)
        if self.blind and key not in self.said():
            return {"refused": "Say first what you think; then ask what the judge said."}
        if self.blind:
            see(self.desk, key)
        return {"judged": self.verdict(key)}

    def verdict(self, key: Key) -> str:
        """Return what judges said of an item, in words."""
        return self._judged.get(key[:2], "") or "No judge said anything of this one."

    @cached_property
    def _judged(self) -> Mapping[tuple[str, str], str]:
        from agentlens.scoring.labels.work import said_of  # noqa: PLC0415 - blind, it is not needed

        return said_of(self.desk.work)

    def _after(self, key: Key | None, without: Key | None = None) -> Key | None:
        """Return the first showing without a label after a showing, then from the start."""
        done = {*self.said()}
        here = self._order.index(key) + 1 if key in self._order else 0
        turned = [*self._order[here:], *self._order[:here]]
        left = [one for one in turned if one not in done and one != without]
        if left:
            return left[0]
        return without if without is not None and without not in done else None

    def _key(self, content: Mapping[str, Any]) -> Key:
        token = str(content.get("item"))
        if token not in self._keys:
            raise UnknownNameError("item of this queue", token, ())
        return self._keys[token]
