"""Which answers about a selection are there already, and how are the others found?"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from agentlens.errors import UnknownNameError
from agentlens.result import Result
from agentlens.widgets.explore.panels.clusters import (
    before_panel,
    behind,
    clusters_panel,
    clusters_result,
)
from agentlens.widgets.explore.panels.course import course_panel, course_result
from agentlens.widgets.explore.panels.heat import heat_panel, heat_result, search_result
from agentlens.widgets.explore.panels.panel import Panel
from agentlens.widgets.explore.panels.rows import Whole, rows_panel, rows_result
from agentlens.widgets.explore.panels.waterfall import waterfall_panel, waterfall_result
from agentlens.widgets.explore.scene import Scene

if TYPE_CHECKING:
    from agentlens.analysis.control.chart import ControlChart
    from agentlens.analysis.explain.explanation import Explanation
    from agentlens.analysis.failures.failures import Failures
    from agentlens.analysis.slices.find import FoundSlices
    from agentlens.analysis.slices.slices import Slices
    from agentlens.feedback.triage.worst import Worst

__all__ = ["Answered"]


class Answered:
    """The answers about one selection; each is found once, when it is first asked for.

    Attributes:
        scene: the selection.
    """

    def __init__(self, scene: Scene, total: "ControlChart") -> None:
        self.scene = scene
        self._total = total
        self._found: dict[str, Result] = {}
        self._whole = Whole(scene)

    def result(self, name: str) -> Result:
        """Return the answer behind a panel.

        Args:
            name: chart, table, heatmap, search, waterfall or clusters.
        """
        if name not in self._found:
            self._found[name] = self._asked(name)
        return self._found[name]

    def panel(self, asked: Mapping[str, Any]) -> Panel:
        """Return what a panel shows.

        Args:
            asked: the name of the panel, and what else it wants to know.
        """
        panels: dict[str, Callable[[], Panel]] = {
            "chart": lambda: course_panel(self.scene, self._total, self._chart),
            "table": lambda: rows_panel(
                self.scene, cast("Worst", self.result("table")), asked, self._whole
            ),
            "heatmap": lambda: heat_panel(
                self.scene,
                cast("Slices", self.result("heatmap")),
                cast("FoundSlices", self.result("search")),
            ),
            "waterfall": lambda: waterfall_panel(cast("Explanation", self.result("waterfall"))),
            "clusters": lambda: clusters_panel(cast("Failures", self.result("clusters"))),
            "before": lambda: before_panel(self.scene, cast("Failures", self.result("clusters"))),
        }
        name = str(asked.get("panel"))
        if name not in panels:
            raise UnknownNameError("panel", name, panels)
        return {"panel": name, **panels[name]()}

    def key(self, name: str) -> str:
        """Return a mark that changes when a panel shows something else.

        Args:
            name: of the panel.
        """
        scene = self.scene
        if name == "chart":
            said = repr(scene.scope.selection)
        else:
            said = f"{scene.selection!r} {scene.by if name == 'heatmap' else ''}"
        return sha256(said.encode(errors="backslashreplace")).hexdigest()[:12]

    def behind(self, failure: str) -> tuple[str, ...]:
        """Return the traces that show a failure.

        Args:
            failure: its id.
        """
        return behind(cast("Failures", self.result("clusters")), failure)

    def cut(self, scene: Scene) -> "Answered":
        """Return the same answers for another heatmap.

        Args:
            scene: differs in the columns of the heatmap.
        """
        other = Answered(scene, self._total)
        other._found = {name: one for name, one in self._found.items() if name != "heatmap"}
        other._whole = self._whole
        return other

    @property
    def _chart(self) -> "ControlChart":
        return cast("ControlChart", self.result("chart"))

    def _asked(self, name: str) -> Result:
        scene = self.scene
        finders: dict[str, Callable[[], Result]] = {
            "chart": self._course,
            "table": lambda: rows_result(scene),
            "heatmap": lambda: heat_result(scene),
            "search": lambda: search_result(scene),
            "waterfall": lambda: waterfall_result(scene),
            "clusters": lambda: clusters_result(scene),
        }
        return finders[name]()

    def _course(self) -> "ControlChart":
        if not self.scene.scope.narrow:
            return self._total
        return course_result(self.scene, self.scene.scope.log)
