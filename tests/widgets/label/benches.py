"""Which queues do the tests of labelling label, and how does a page say something?"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import agentlens as al
from agentlens.widgets.label.labels import Labels
from tests.scoring.labels.worlds import judged_log

__all__ = ["Teller", "item_of", "labels_of", "plan_of", "state_of", "store_of"]

RUBRIC = "goal_completion@3"


@cache
def plan_of(n: int = 20, *, traces: int = 60, repeats: float = 0.1, **more: Any) -> al.LabelPlan:
    """Return a plan for judged traces; it is frozen, so that all tests may share it."""
    return al.plan_labels(judged_log(traces, **more), RUBRIC, n=n, repeats=repeats, store=None)


def labels_of(plan: object, store: Path | None, rater: str = "ana", **more: Any) -> Labels:
    """Return a view on a queue."""
    return Labels(plan, rater=rater, store=store, **more)


def state_of(labels: Labels) -> dict[str, Any]:
    """Return what the view shows."""
    found: dict[str, Any] = json.loads(labels.state)
    return found


def store_of(labels: Labels) -> Path:
    """Return where its labels lie."""
    assert labels._shelf is not None
    return labels._shelf.path


def item_of(labels: Labels) -> str:
    """Return the name of the item on the desk."""
    item = state_of(labels)["item"]
    return "" if item is None else str(item["token"])


class Teller:
    """Tells a view what a page would tell it, and keeps what it answers."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.heard: list[dict[str, Any]] = []
        labels.send = self._take

    def say(self, kind: str, **more: Any) -> dict[str, Any]:
        """Tell something, and return the answer."""
        content = {"kind": kind, "id": uuid4().hex, **more}
        self.labels._hear(None, content, [])
        assert self.labels.error is None, self.labels.error
        found: dict[str, Any] = json.loads(self.heard[-1]["text"])
        return found

    def _take(self, content: dict[str, Any], buffers: object = None) -> None:
        del buffers
        self.heard.append(content)

    def press(self, key: str, **more: Any) -> dict[str, Any]:
        """Press p, f, u, z, > or < as a page would."""
        moves = {"z": "undo", ">": "skip", "<": "back"}
        if key in moves:
            return self.say(moves[key], **more)
        item = state_of(self.labels)["item"]
        over = bool(item.get("said"))
        told = {"item": item["token"], "verdict": key, "over": over, "seconds": 1.5}
        return self.say("label", **told | more)
