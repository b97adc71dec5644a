"""Which selections came before this one, and which were taken back?"""

from dataclasses import dataclass

from agentlens.widgets.explore.selection import Selection

__all__ = ["History"]

_MOST = 200


@dataclass(frozen=True)
class History:
    """The selection at hand, those before it, and those that were taken back.

    Attributes:
        now: what is selected.
        past: what was, the newest last.
        future: what was taken back, the next to come again last.

    Example:
        >>> one = History(Selection()).after(Selection(ids=["a"]))
        >>> one.undone().now, one.undone().redone().now
        (Selection(), Selection(ids=['a']))
    """

    now: Selection
    past: tuple[Selection, ...] = ()
    future: tuple[Selection, ...] = ()

    def after(self, selection: Selection) -> "History":
        """Return the history with this selection now; choosing what is chosen changes nothing.

        Args:
            selection: what is selected from now on.
        """
        if selection == self.now:
            return self
        return History(selection, (*self.past, self.now)[-_MOST:])

    def undone(self) -> "History":
        """Return the history one step back, the same where there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.now))

    def redone(self) -> "History":
        """Return the history one step forward again, the same where there is none."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.now), self.future[:-1])
