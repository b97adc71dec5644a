"""What do the views of a turned verb ask, and what are they told?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agentlens.result import Result
from agentlens.widgets.live.live import Content, Live, said
from agentlens.widgets.live.slim import pictured, slim
from agentlens.widgets.tune.asked.code import pieces
from agentlens.widgets.tune.asked.question import asked
from agentlens.widgets.tune.knobs import same
from agentlens.widgets.tune.seen import told
from agentlens.widgets.tune.seen.ghost import ghost
from agentlens.widgets.tune.seen.look import Look, looked
from agentlens.widgets.tune.seen.pins import Pin, pinned
from agentlens.widgets.tune.seen.ready import ready

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from agentlens.analysis.alerting.policy import Policy
    from agentlens.widgets.tune.seen.calls import Cost

__all__ = ["Desk"]

_HEIGHT = 380


class Desk(Live):
    """Turns a verb as its views ask, and tells each of them how it stands.

    The setting is always the last one that the verb accepted.
    """

    _stale = False  # whether the views know more than the state that a page loaded again is given

    def __init__(
        self,
        verb: Callable[..., Result],
        given: Sequence[object],
        knobs: Mapping[str, object],
        *,
        start: Mapping[str, object] | None = None,
        cost: "Cost" = None,
        incidents: "pd.DataFrame | None" = None,
        policy: "Policy | None" = None,
        height: int | None = None,
    ) -> None:
        super().__init__()
        self._question = asked(verb, given, knobs, start=start, policy=policy)
        self._cost, self._incidents, self._height = cost, incidents, height
        self._pieces = pieces(self._question)
        self._pins: tuple[Pin, ...] = ()
        self._look = self._looked(self._question.start)
        self._first = replace(self._look, ground=None)  # a ground is large, and the look's own
        figure = self._look.result.figure()
        self._ghost = slim(ghost(figure))  # as text, since it stays as it is
        self._ready = ready(self._question, self._look)
        self._draw(figure)

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """What the view asks: an answer for its knobs, a part of the grid, rows, how things stand."""
        return {
            "knobs": self._turned,
            "grid": self._part,
            "current": self._current,
            "rows": self._told_rows,
        }

    @property
    def hears(self) -> Mapping[str, Callable[[Content], None]]:
        """What the view tells: that a setting was put aside, or thrown away."""
        return {"pin": self._pin, "unpin": self._unpin}

    def bundle(self) -> dict[str, Any]:
        """Return what a page without a kernel needs, the whole grid included."""
        before, self._ready = self._ready, self._ready.upto()
        self._stale = self._stale or self._ready is not before
        self._fresh()
        return super().bundle()

    def get_state(self, *given: Any, **more: Any) -> dict[str, Any]:
        """Return what a page that was loaded again is given: how things stand now."""
        self._fresh()
        found: dict[str, Any] = super().get_state(*given, **more)
        return found

    @property
    def shown_result(self) -> Result:
        """The verb's answer with the knobs where they stand."""
        return self._look.result

    def alt(self) -> str:
        """Return the headline of the present setting."""
        return self._look.result.headline

    # What is asked

    def _turned(self, content: Content) -> Content:
        values = told.heard(self._question, content.get("values") or {})
        self._turn(values, full=bool(content.get("full")))
        return {"rev": self.rev}

    def _turn(self, values: Mapping[str, object], *, full: bool = False) -> None:
        """Stand at these values, and tell every view: in few words where it drew already."""
        before = self._look
        self._look = self._looked(values, before)
        moved = [one for one in values if not same(values[one], before.setting[one])]
        if not full and all(self._drawn(name) for name in moved):
            # A figure is hundreds of kilobytes, and the views have drawn theirs.
            self._stale = True
            self.send({"kind": "moved", "text": said(self._standing())})
        else:
            self._ready = ready(self._question, self._look)
            self._draw()

    def _drawn(self, name: str) -> bool:
        """Return whether the views draw a knob where it stands, or need not draw for it."""
        plain = not self._question.of_verb(name)
        return plain or self._ready.draws(name, self._look.setting[name])

    def _current(self, _: Content) -> Content:
        return self._standing() if self._stale else {}

    def _standing(self) -> dict[str, Any]:
        """Return the card of the present setting, as far as it differs from that of the state."""
        now = told.card(self._look, self._question, table=False)
        news = {name: one for name, one in now.items() if one != self._known[name]}
        return {"base": self.rev, "card": news}

    def _told_rows(self, _: Content) -> Content:
        return told.card(self._look, self._question, table=True)

    def _part(self, content: Content) -> Content:
        chunk = int(content.get("chunk", 0))
        if content.get("base") != self.rev:
            return {"old": True}
        self._ready = self._ready.upto(chunk + 1)
        if chunk < len(self._ready.parts):
            return {"part": self._ready.parts[chunk]}
        self._draw()  # once, so that a page loaded again has it without asking
        return {"done": True}

    def _pin(self, content: Content) -> None:
        values = told.heard(self._question, content.get("values") or {})
        look = self._looked(values, self._look)
        self._pins = pinned(self._pins, Pin(values, look.result, look.facts))
        self._tell_pins()

    def _unpin(self, content: Content) -> None:
        place = content.get("place")
        self._pins = tuple(one for at, one in enumerate(self._pins) if at != place)
        self._tell_pins()

    def _tell_pins(self) -> None:
        self._stale = True
        rows = [told.pin(one, self._question) for one in self._pins]
        self.send({"kind": "pins", "text": said(rows)})

    # What is shown

    def _looked(self, values: Mapping[str, object], last: Look | None = None) -> Look:
        return looked(self._question, values, incidents=self._incidents, cost=self._cost, last=last)

    def _draw(self, figure: "go.Figure | None" = None) -> None:
        self._stale = False
        drawn = figure or pictured(self._look.result)
        formula, data = self._ready.formula()
        state = told.whole(
            self._question,
            self._look,
            self._first,
            ready=self._ready,
            pins=self._pins,
            parts=self._pieces,
        )
        self._known = state["card"]
        height = self._height or int(drawn["layout"]["height"] or _HEIGHT)
        whole = {**state, "formula": formula, "height": height}
        self.show_state(whole, data, {"figure": drawn, "ghost": self._ghost})

    def _fresh(self) -> None:
        if self._stale:
            self._draw()
