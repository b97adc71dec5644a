"""When did each trace of Langfuse's begin and end, and how: well, in error, or not yet?"""

from typing import Any

import ibis

from agentlens.engines.functions import NO, micros
from agentlens.engines.mapping.langfuse.functions import last_of
from agentlens.engines.mapping.langfuse.places import Places

__all__ = ["ended", "times"]

_ENGINE = "clickhouse"
_OPEN_AFTER = 30
_NEVER = ibis.literal(0, "int64").as_timestamp("s")
_BLANK = r"^\s*(?:null|\{\s*\}|\[\s*\]|\"\s*\")?\s*$"


def times(known: Places) -> dict[str, Any]:
    """Return when traces and their roots began and ended, and which of them failed.

    Args:
        known: steps with their places.
    """
    of, step = known.rows, known.step
    beneath = step & ~known.root & of["end"].notnull()
    return {
        "n": step.cast("int64").sum(),
        "rooted": known.root.max(),
        "root_start": known.first(of["start"], step),
        "root_end": known.first(ibis.coalesce(of["end"], _NEVER), step),
        "least": of["start"].min(where=step),
        "latest": of["end"].max(where=step),
        "said_start": of["start"].max(where=~step),
        "root_failed": known.first(known.failed, step),
        "last_failed": last_of(known.failed, micros(_ENGINE, of["end"]), beneath),
    }


def ended(found: Any) -> dict[str, Any]:
    """Return start, end and status of each trace, and whether it was completed.

    Args:
        found: traces with the values of `times`, and the beginnings of texts where they are short.
    """
    alone = found["n"] == 0
    start = ibis.cases(
        (alone, found["said_start"]), (found["rooted"], found["root_start"]), else_=found["least"]
    )
    end = ibis.cases(
        (alone, ibis.null("timestamp(6)")),
        (found["rooted"], found["root_end"].nullif(_NEVER)),
        else_=found["latest"],
    )
    unfinished = alone | ~found["rooted"] | (found["root_end"] == _NEVER)
    young = start > ibis.now() - ibis.interval(minutes=_OPEN_AFTER)
    brief = "brief_root" in found.columns
    lost = found["last_failed"] & _wrote(found).isnull() if brief else NO
    status = ibis.cases(
        (found["root_failed"] & ~alone, "error"),
        (unfinished & young, "open"),
        (unfinished, "incomplete"),
        (lost, "error"),
        else_="ok",
    )
    if brief:
        blank = ibis.coalesce(_wrote(found), "").re_search(_BLANK)
        completed = ibis.cases((status != "open", ~blank))
    else:
        completed = ibis.cases((status == "ok", True), (status == "error", False))
    return {"start": start, "end": end, "status": status, "completed": completed}


def _wrote(found: Any) -> Any:
    """Return how it begins what came out: of the root, else of the last call if that went well."""
    last = ibis.cases((~found["root_failed"], found["brief_last"].nullif("")))
    return ibis.coalesce(found["brief_root"].nullif(""), last)
