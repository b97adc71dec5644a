"""What can the views draw without asking, and how much of what they need for that is there?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agentlens.widgets.tune.engines.find import prepared
from agentlens.widgets.tune.knobs import Knob

if TYPE_CHECKING:
    from agentlens.widgets.tune.asked.question import Question
    from agentlens.widgets.tune.engines.prepared import Part, Prepared
    from agentlens.widgets.tune.seen.look import Look

__all__ = ["Ready", "ready"]


@dataclass(frozen=True, eq=False)
class Ready:
    """What the engine in the browser is given at a setting.

    Attributes:
        prepared: of the formula; None where every knob is asked from Python.
        parts: of the grid, as far as they are computed.
        filled: whether all of them are.
    """

    prepared: "Prepared | None"
    parts: "tuple[Part, ...]" = ()
    filled: bool = True

    def upto(self, parts: int | None = None) -> "Ready":
        """Return the same with so many parts of the grid computed; all of them for None."""
        found = self
        while found.prepared is not None and not found.filled:
            if parts is not None and len(found.parts) >= parts:
                return found
            part = found.prepared.grid(len(found.parts))
            if part is None:
                found = replace(found, filled=True)
            else:
                found = replace(found, parts=(*found.parts, part))
        return found

    def draws(self, name: str, value: object) -> bool:
        """Return whether the views draw a knob at this value themselves."""
        if self.prepared is None or name not in self.prepared.knobs:
            return False
        ticks = self.prepared.ticks.get(name)
        return value is None or ticks is None or value in ticks

    def marked(self, knob: Knob) -> Knob:
        """Return a knob with the name of what recomputes."""
        if self.prepared is None or knob.name not in self.prepared.knobs:
            return knob
        return replace(knob, engine="grid" if knob.name in self.prepared.ticks else "formula")

    def formula(self) -> tuple[dict[str, Any] | None, bytes]:
        """Return the description of the formula and its numbers, little-endian float64."""
        if self.prepared is None:
            return None, b""
        places, parts, offset = {}, [], 0
        for name, array in self.prepared.arrays.items():
            flat = np.asarray(array, dtype="<f8").ravel()
            places[name] = [offset, flat.size]
            offset += flat.size
            parts.append(flat.tobytes())
        described = {
            "name": self.prepared.name,
            "version": self.prepared.version,
            "knobs": sorted(self.prepared.knobs),
            "fixed": dict(self.prepared.fixed),
            "arrays": places,
            "ticks": dict(self.prepared.ticks),
            "start": dict(self.prepared.start),
        }
        return described, b"".join(parts)


def ready(question: "Question", look: "Look") -> Ready:
    """Return what the browser can recompute around a setting.

    Args:
        question: what is asked.
        look: what is known where the knobs stand.
    """
    setting = dict(look.setting)

    def call(some: Mapping[str, object]) -> Any:
        return question.ask({**setting, **some})

    found = prepared(question.verb, look.result, question.knobs, call, look.ground)
    return Ready(found, filled=found is None)
