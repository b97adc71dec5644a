"""From which score on should a judge pass, seen while one's hand moves the threshold?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isfinite, isnan, nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.errors import BadInputError
from agentlens.widgets.calibrated.begin import begun
from agentlens.widgets.calibrated.covered.looks import Looks
from agentlens.widgets.calibrated.covered.report import (
    Reported,
    frame_of,
    reported,
    reported_verdicts,
)
from agentlens.widgets.calibrated.edges import Promise, certified
from agentlens.widgets.calibrated.knobs import standing
from agentlens.widgets.calibrated.same import differences
from agentlens.widgets.calibrated.told.shown import told_choice
from agentlens.widgets.calibrated.told.state import state_of
from agentlens.widgets.live.live import Content, Live

if TYPE_CHECKING:
    from agentlens.analysis.calibrate.bands import Bands
    from agentlens.analysis.calibrate.threshold import Threshold

__all__ = ["CalibrationView"]


class CalibrationView(Live):
    """A threshold, its price, and three bands, moved by hand on the labels that may choose.

    What the labels kept apart say is covered until somebody asks for it; each threshold that is
    asked about is a look, and is counted.

    Attributes:
        cal: the calibration.
    """

    view: ClassVar[str] = "calibrated"
    styled: ClassVar[bool] = True

    def __init__(
        self,
        cal: Calibration,
        *,
        threshold: object = None,
        cost_fp: object = 1.0,
        cost_fn: object = 1.0,
        promise: Promise | None = None,
        start: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__()
        self.cal = cal
        self._promise = promise or Promise()
        asked = {"threshold": threshold, "cost_fp": cost_fp, "cost_fn": cost_fn}
        self._now = begun(cal, asked, start or {}, self._promise)
        self._looks = Looks(cal, len(self._now.material.measuring))
        self._reports: list[Reported] = []
        self._words: dict[tuple[float, float], str] = {}
        self._show()

    @property
    def threshold(self) -> float:
        """From which score on traces pass now; missing where the judge gives none."""
        counts = self._now.counts
        return nan if counts is None else float(counts.steps.cuts[int(self._now.knobs["place"])])

    @property
    def knobs(self) -> Mapping[str, object]:
        """Where everything stands: threshold, prices, and the edges of the bands, None for no band."""
        known: dict[str, object] = {"threshold": self.threshold}
        known |= dict(zip(("cost_fp", "cost_fn"), self._prices, strict=True))
        for name in ("above", "below"):
            place, edges = int(self._now.knobs[name]), self._now.edges
            known[name] = float(edges.steps[place]) if edges is not None and place >= 0 else None
        return MappingProxyType(known)

    @property
    def result(self) -> "Threshold":
        """What `cal.threshold` answers at these prices. It measures on test labels: a look."""
        cost_fp, cost_fn = self._prices
        found = self.cal.threshold(cost_fp=cost_fp, cost_fn=cost_fn)
        if self._now.material.mode == "split" and not isnan(found.value):
            self._looks.take(f"{found.value:.9g}")
        return found

    @property
    def bands(self) -> "Bands":
        """What `cal.bands` answers for the errors that are allowed; its labels are those of test."""
        return self.cal.bands(**vars(self._promise))

    @property
    def reports(self) -> pd.DataFrame:
        """What the covered labels said, one row a look."""
        return frame_of(self._reports)

    @property
    def code(self) -> str:
        """A cell that gives the same without this view; `cal` is the calibration."""
        cost_fp, cost_fn = self._prices
        promise = ", ".join(f"{name}={value!r}" for name, value in vars(self._promise).items())
        lines = [
            f"result = cal.threshold(cost_fp={cost_fp!r}, cost_fn={cost_fn!r})",
            f"bands = cal.bands({promise})",
        ]
        if isfinite(self.threshold):
            # A judge's verdicts by this threshold are those of calibrate(passes=threshold).
            lines.insert(0, f"threshold = {self.threshold!r}  # chosen by hand: passes=threshold")
        return "\n".join(lines)

    def report(self) -> Reported:
        """Return what the covered labels say of the threshold as it stands; this is a look."""
        material = self._now.material
        if material.mode in {"same", "refused"}:
            raise BadInputError(material.note)
        covered = None
        if material.mode == "verdicts":
            found = reported_verdicts(self.cal, self._looks)
        else:
            found = reported(material, self._looks, self.threshold, self._prices)
            covered = certified(self.cal, material, self._promise, covered=True)
        self._reports.append(found)
        self._now = replace(self._now, report=found, covered=covered)
        self._show()
        return found

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """Where the knobs stand, what they were put to, and what is covered."""
        return {"where": self._where, "knobs": self._committed, "report": self._asked}

    def bundle(self) -> dict[str, Any]:
        """Return all that a page without a kernel needs, as everything stands now."""
        self._show()
        return super().bundle()

    @property
    def _prices(self) -> tuple[float, float]:
        return float(self._now.knobs["cost_fp"]), float(self._now.knobs["cost_fn"])

    def _where(self, _: Content) -> Content:
        return {"knobs": self._now.knobs}

    def _asked(self, content: Content) -> Content:
        self._put(content)
        self.report()
        return {"knobs": self._now.knobs}

    def _committed(self, content: Content) -> Content:
        self._put(content)
        self.send({"kind": "knobs", "knobs": self._now.knobs})
        seen = content.get("seen") or {}
        return {
            "differs": differences(self._now.counts, self._now.edges, self._now.knobs, seen),
            "chosen": self._chosen(),
            "code": self.code,
        }

    def _put(self, content: Content) -> None:
        now = self._now
        edges = 0 if now.edges is None else len(now.edges.steps)
        knobs = standing(content["knobs"], now.knobs, now.ends, edges)
        self._now = replace(now, knobs=knobs)

    def _chosen(self) -> str:
        """Return what the labels that may be looked at choose at these prices, in words."""
        if self._now.counts is None:
            return ""
        prices = self._prices
        if prices not in self._words:
            self._words[prices] = told_choice(self.cal, *prices)
        return self._words[prices]

    def _show(self) -> None:
        state, data, figures = state_of(self._now)
        state |= {"alt": self.alt(), "chosen": self._chosen(), "code": self.code}
        self.show_state(state, data, figures)

    @property
    def title(self) -> str:
        """Whose calibration it is."""
        return self.cal.title

    @property
    def private(self) -> bool:
        """Counts and rates quote nobody."""
        return False

    def alt(self) -> str:
        """Return what is shown in one sentence, without what is covered."""
        material = self._now.material
        if self._now.counts is None:
            return f"{self.cal.title}. {material.note}"
        cut = text.significant(self.threshold)
        labels = text.plural(len(material.choosing), "label")
        return f"{self.cal.title}. Pass from {cut} on; {labels} may be looked at."
