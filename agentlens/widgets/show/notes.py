"""What must a reader of a trace know about what it does not show, or shows askew?"""

from agentlens.tables.trace import Trace
from agentlens.text import plural
from agentlens.widgets.show.steps.rows import Rows
from agentlens.widgets.show.steps.tree import Flag, Steps

__all__ = ["notes"]

_CUT = "⟪… "
_LOST = "a parent that is not in this trace"
_CIRCLE = "in a circle of calls, which is cut there"
_SKEWED = "outside the parent's time (clocks differ, or work went on in the background): hatched"
_BACK = "before it began: drawn as a line at its beginning"
_WORDS = (
    (Flag.LOST, "names", "name", _LOST),
    (Flag.CUT, "stands", "stand", _CIRCLE),
    (Flag.SKEWED, "lies", "lie", _SKEWED),
    (Flag.BACKWARDS, "ended", "ended", _BACK),
    (Flag.RUNNING, "has", "have", "no end: still running, or cut off"),
)


def notes(trace: Trace, steps: Steps, rows: Rows) -> list[str]:
    """Return one sentence for each thing that is not as it looks.

    Args:
        trace: in question.
        steps: of it.
        rows: of them, those drawn.
    """
    said: list[str] = []
    if not steps.ids:
        said.append("This trace has no steps: what follows is its own input and output.")
    elif _is_open(trace):
        said.append("This trace was still running when it was read.")
    for flag, one, many, what in _WORDS:
        n = sum(bool(each & flag) for each in steps.flags)
        if n:
            said.append(f"{plural(n, 'step')} {one if n == 1 else many} {what}.")
    together = [len(each) for each in rows.members if len(each) > 1]
    if together:
        said.append(
            f"{plural(len(steps.ids), 'step')} are more than can be drawn: {sum(together):,} stand"
            f" in {plural(len(together), 'row')} marked ×, those in error apart where there is room."
        )
    if rows.left:
        failed = sum(bool(steps.flags[one] & Flag.ERROR) for one in rows.left)
        said.append(f"{plural(len(rows.left), 'step')} are not drawn, {failed:,} of them in error.")
    if _was_cut(trace, steps):
        said.append("Texts marked ⟪…⟫ were cut before they reached this log.")
    return said


def _is_open(trace: Trace) -> bool:
    return trace.row.get("status") in {"open", "incomplete"}


def _was_cut(trace: Trace, steps: Steps) -> bool:
    own = (trace.row.get(name) for name in ("input", "output"))
    if any(isinstance(one, str) and _CUT in one for one in own):
        return True
    named = [name for name in ("input", "output") if name in steps.frame]
    return any(
        _CUT in text for name in named for text in steps.frame[name] if isinstance(text, str)
    )
