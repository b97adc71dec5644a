"""What is one selection, seen by several panels, and what does it give back?"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from agentlens.errors import AgentLensError, BadInputError
from agentlens.feedback.triage.worst import Worst
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.page.script import joined
from agentlens.result import Result
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length
from agentlens.theme import Band
from agentlens.widgets.explore.acts import done
from agentlens.widgets.explore.answers import Answered
from agentlens.widgets.explore.code import code_of
from agentlens.widgets.explore.history import History
from agentlens.widgets.explore.marking import Marking
from agentlens.widgets.explore.panels.columns import choices_of, chosen_columns
from agentlens.widgets.explore.panels.course import bin_length, course_result, opening
from agentlens.widgets.explore.scene import Scene, Scope, lean, weight_of
from agentlens.widgets.explore.selection import Selection
from agentlens.widgets.explore.told import told_of
from agentlens.widgets.live.live import Content, Live, said
from agentlens.widgets.show.questions import questions

__all__ = ["Explorer"]

_KEPT = 3
_PANELS = ("chart", "table", "heatmap", "waterfall", "clusters")


class Explorer(Live):
    """A log looked into by hand; `explore` makes one.

    What is selected follows the hand, and the hand follows what is set from Python.
    """

    view: ClassVar[str] = "explore"
    styled: ClassVar[bool] = True
    styles: ClassVar[tuple[str, ...]] = ("trace/trace.css", "label/verdict.css")

    def __init__(
        self,
        log: Log,
        metric: str | Metric = "strong_completion",
        *,
        baseline: Period | None = None,
        by: str | Sequence[str] | None = None,
        every: str | None = None,
        rubric: Rubric | str | None = None,
        rater: str | None = None,
        store: str | Path | None = None,
    ) -> None:
        super().__init__()
        if not len(log):
            message = "The log is empty: there is nothing to look into."
            raise BadInputError(message)
        self._whole = log
        wanted = find_metric(log, metric)
        self._lean = lean(log, wanted, [by] if isinstance(by, str) else by or ())
        scope = Scope(log, self._lean, Selection(), weight_of(self._lean))
        step = every or bin_length(self._lean)
        length(step)
        columns = chosen_columns(self._lean, by)
        scene = Scene(scope, Selection(), wanted, step, baseline, columns)
        self._total = course_result(scene, scope.log)
        self._marking = Marking(rubric, rater, store, log)
        self._choices = [*dict.fromkeys([*columns, *choices_of(self._lean)])]
        self._scopes = {scope.selection: scope}
        self._history = History(opening(self._total, self._lean))
        self._follow(scene)

    @property
    def title(self) -> str:
        """What is looked into."""
        return f"{self._total.title}: from the alarm to its traces"

    @property
    def band(self) -> Band:
        """The band of the chart of all traffic."""
        return self._total.band

    @property
    def selection(self) -> Selection:
        """The traces that are looked at; set it to look at others."""
        return self._history.now

    @selection.setter
    def selection(self, wanted: Selection | Mapping[str, Any]) -> None:
        given = wanted if isinstance(wanted, Selection) else Selection(**dict(wanted))
        self._become(self._history.after(given))

    @property
    def log(self) -> Log:
        """The selected traces with their steps and judgements, labels given here included."""
        return self._marking.labelled(self.selection.of(self._whole))

    @property
    def code(self) -> str:
        """The cell that gives the same traces as `selected`, from `log` and without this view."""
        return code_of(self.selection)

    @property
    def labels(self) -> Any:
        """The labels that were given here, as a frame."""
        return self._marking.frame(self._whole)

    @property
    def results(self) -> dict[str, Result]:
        """By panel, what it shows; a panel whose question has no answer is left out."""
        found: dict[str, Result] = {}
        for name in ("chart", "table", "heatmap", "search", "waterfall", "clusters"):
            try:
                found[name] = self._answered.result(name)
            except AgentLensError:
                continue
        worst = found.get("table")
        if isinstance(worst, Worst):
            ids = worst.frame["trace_id"].tolist()
            found["table"] = replace(worst, log=self._whole.where(trace_id=ids))
        return found

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """What the view asks: to do something, for a panel, for a trace and its reader, for a label."""
        return {
            **questions(lambda: self._marking.labelled(self._whole)),
            "do": self._do,
            "panel": self._panel,
            "commit": self._commit,
            "reader": lambda _: {"source": joined("widgets/js/explore/reader.js")},
        }

    def bundle(self) -> dict[str, Any]:
        """Return all that a page without a kernel needs: the panels as they are."""
        panels: dict[str, Content] = {}
        for name in _PANELS:
            try:
                panels[name] = self._answered.panel({"panel": name})
            except AgentLensError as problem:
                panels[name] = {"panel": name, "problem": str(problem)}
        state = json.loads(self.state) | {"panels": panels}
        return super().bundle() | {"state": said(state)}

    def _become(self, history: History) -> None:
        if history == self._history:
            return
        before, self._history = self._history, history
        try:
            self._follow(self._answered.scene)
        except AgentLensError:
            self._history = before  # what cannot be selected is not selected
            raise

    def _follow(self, scene: Scene) -> None:
        scene = scene.changed(self.selection, self._scopes)
        n, share = len(scene.selected), scene.share
        self._scopes = dict([*self._scopes.items(), (scene.scope.selection, scene.scope)][-_KEPT:])
        self._answered = Answered(scene, self._total)
        self._show(n, share)

    def _show(self, n: int, share: float) -> None:
        more = {
            "undo": len(self._history.past),
            "redo": len(self._history.future),
            "keys": {name: self._answered.key(name) for name in (*_PANELS, "before")},
            "choices": self._choices,
            "code": self.code,
            "labels": self._marking.told(),
        }
        self.show_state(told_of(self._answered.scene, n, share) | more)

    def _do(self, content: Content) -> Content:
        if content.get("act") == "by":
            asked = [str(one) for one in content.get("by", ()) if one]
            by = chosen_columns(self._lean, list(dict.fromkeys(asked)) or None)
            scene = replace(self._answered.scene, by=by)
            self._answered = self._answered.cut(scene)
            self._show(len(scene.selected), scene.share)
        elif content.get("act") == "failure":
            ids = self._answered.behind(str(content.get("id")))
            self._become(self._history.after(replace(self.selection, ids=ids)))
        else:
            self._become(done(self._history, content, self._lean))
        return {"rev": self.rev}

    def _panel(self, content: Content) -> Content:
        return {**self._answered.panel(content), "key": self._answered.key(str(content["panel"]))}

    def _commit(self, content: Content) -> Content:
        return self._marking.commit(self._whole, content)
