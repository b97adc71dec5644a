"""Which traces should be read, and where do they stand?"""

from dataclasses import replace

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.feedback.triage.worst import Worst, worst
from agentlens.report.parts.points import Point, Points
from agentlens.report.week.causes import Cause
from agentlens.report.week.refusal import Refusal
from agentlens.tables.log import Log

__all__ = ["checked", "linked", "listed", "to_read"]

_ID = "{trace_id}"
_SAFE = ("https://", "http://")


def linked(found: Worst | Refusal, link: str) -> Worst | Refusal:
    """Return the worst traces, each with its address.

    Args:
        found: the traces.
        link: the address of a trace, in which {trace_id} stands for its id; "" for none.
    """
    if not link or isinstance(found, Refusal):
        return found
    links = [link.replace(_ID, str(one)) for one in found.frame["trace_id"]]
    return replace(found, frame=found.frame.assign(link=links))


def to_read(history: Log, cause: Cause, link: str) -> Points:
    """Return the traces that show a change, each with its time and what speaks against it.

    Args:
        history: everything up to the end of the week.
        cause: the change.
        link: the address of a trace; "" for none.
    """
    whole = history.where(trace_id=list(cause.read))
    began = dict(zip(whole.traces["trace_id"], whole.traces["start"], strict=True))
    found = worst(whole, len(cause.read)).frame
    reasons = dict(zip(found["trace_id"], found["why"], strict=True))
    lines = []
    for one in cause.read:
        why = f": {reasons[one]}" if one in reasons else ""
        lines.append(Point(f"{one}, {began[one]:%d %b %H:%M}{why}.", link=link.replace(_ID, one)))
    return Points(lines, f"{text.plural(len(lines), 'trace')} that show it")


def listed(found: Worst | Refusal) -> list[Points]:
    """Return the worst traces one by one, each with its address where it has one.

    Args:
        found: the traces.
    """
    if isinstance(found, Refusal) or not len(found.frame):
        return []
    lines = [
        Point(
            f"{row['trace_id']}, {row['start']:%d %b %H:%M}: {row['why']}.",
            link=str(row.get("link") or ""),
        )
        for row in found.frame.to_dict("records")
    ]
    return [Points(lines, "One by one")]


def checked(link: str) -> str:
    """Return the address of a trace, or say how it is written.

    Args:
        link: as it was given; "" for none.
    """
    if link and (_ID not in link or not link.startswith(_SAFE)):
        message = (
            f"link={link!r} is no address of a trace. Write it like"
            " 'https://langfuse.example/project/p/traces/{trace_id}'."
        )
        raise BadInputError(message)
    return link
