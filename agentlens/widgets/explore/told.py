"""What does the view know of a selection before it asks for any panel?"""

from typing import Any

from agentlens.widgets.explore.scene import Scene
from agentlens.widgets.explore.words import chips_of, covered, sentence

__all__ = ["told_of"]


def told_of(scene: Scene, n: int, share: float) -> dict[str, Any]:
    """Return the selection in words and times, and what it is a part of.

    Args:
        scene: the selection.
        n: how many traces it has.
        share: of the traffic.
    """
    current, whole = scene.selection.current, scene.scope.whole
    return {
        "alt": sentence(scene.selection, n, share, scene.metric.title),
        "metric": scene.metric.title,
        "chips": chips_of(scene.selection),
        "n": n,
        "share": share,
        "current": None if current is None else [one.isoformat() for one in current],
        "by": list(scene.by),
        "covers": covered((whole.start, whole.stop)),
    }
