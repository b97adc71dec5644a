"""From what was a report made, so that it can be made again?

The same snapshot and the same parameters give the same stamps, byte by byte, on any machine: no
time of day, no folder and no name of a host is in them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING

import pandas as pd

from agentlens import text
from agentlens.lake.entry.coverage import from_json, settled_until
from agentlens.lake.entry.door import RAW
from agentlens.lake.entry.identity import identify
from agentlens.lake.log import LakeLog
from agentlens.report.sharing.choice import Sharing
from agentlens.tables.log import Log
from agentlens.tables.problems import total
from agentlens.tables.redact.policy import VERSION
from agentlens.tables.weights import weighting

if TYPE_CHECKING:
    from agentlens.lake.files.manifest import Snapshot
    from agentlens.measures.metric import Metric

__all__ = ["kept_for", "stamps"]

_PACKAGES = ("agentlens", "pandas", "plotly")
_MOMENT = "%Y-%m-%d %H:%M UTC"
_FOLDERS = re.compile(r"[^\s\"']*[\\/](?=[^\\/\s\"'])")
_ADDRESS = "://"


def stamps(
    log: Log,
    *,
    metrics: Sequence["Metric"] = (),
    parameters: Mapping[str, object] | None = None,
    seed: int | None = None,
) -> dict[str, str]:
    """Return what a report was made from, name to text; what is not known is left out.

    Args:
        log: as it came from its source; of a lake, its snapshot is told.
        metrics: what is reported, whose definitions are told with their versions.
        parameters: what the caller asked for; of a path only its last name is told.
        seed: of whatever was drawn.

    Example:
        >>> import agentlens as al
        >>> found = stamps(al.demo(days=7, traces_per_day=50), parameters={"week": "7D"})
        >>> found["dropped"], found["parameters"]
        ('nothing', 'week=7D')
    """
    told = {
        **(_of_lake(log) if isinstance(log, LakeLog) else {}),
        "rows": _rows(log),
        "dropped": _dropped(log.report),
        "metrics": ", ".join(f"{one.name} {one.version}" for one in metrics),
        "rubrics": ", ".join(_rubrics(log.scores)),
        "judges": "; ".join(_judges(log.scores)),
        "sampling": weighting(log.traces).note or "every trace counts once",
        "packages": ", ".join(_packages()),
        "seed": "" if seed is None else str(seed),
        "parameters": ", ".join(_words(parameters or {})),
    }
    return {name: one for name, one in told.items() if one}


def kept_for(log: Log, why: str) -> str:
    """Return why the snapshot behind a log could not be named; "" where it stays, or is none.

    A snapshot with a name is never thinned out, so that the report can be printed again.

    Args:
        log: as it came from its source.
        why: the report, in the same words whenever it is made.

    Example:
        >>> import agentlens as al
        >>> kept_for(al.demo(days=7, traces_per_day=50), "the report of week 47")
        ''
    """
    return log.keep(why) if isinstance(log, LakeLog) else ""


def _of_lake(log: LakeLog) -> dict[str, str]:
    snapshot = log.snapshot
    if snapshot is None:
        return {}
    known = identify(log.view.reader.store)
    raw = known is not None and known.redaction == RAW
    return {
        "snapshot": f"{snapshot.n}, of {snapshot.committed_at:{_MOMENT}}",
        "removed": log.removed,
        "settled": "; ".join(_settled(snapshot)),
        "redaction": "none: the lake holds raw text" if raw else f"rules of edition {VERSION}",
    }


def _settled(snapshot: "Snapshot") -> Iterator[str]:
    """Yield until when each kind of source is settled; addresses and folders are not told."""
    known: dict[str, list[pd.Timestamp | None]] = {}
    for name, source in snapshot.sources.items():
        intervals = from_json(source)
        if intervals:
            known.setdefault(name.partition(":")[0], []).append(settled_until(intervals))
    for kind, times in sorted(known.items()):
        settled = [one for one in times if one is not None]
        all_known = len(settled) == len(times)
        yield f"{kind} until {min(settled):{_MOMENT}}" if all_known else f"{kind} not yet"


def _rows(log: Log) -> str:
    if not len(log):
        return "no trace"
    counts = log.facts()
    more = [f"{counts[name].partition(' ')[0]} {name}" for name in ("spans", "scores")]
    return text.listed([text.plural(len(log), "trace"), *more])


def _dropped(report: pd.DataFrame) -> str:
    actions = ("dropped", "duplicate", "limit")
    counts = ((total(report, one), one) for one in actions)  # type: ignore[arg-type]  # of Action
    return text.listed(f"{text.count(n)} {one}" for n, one in counts if n) or "nothing"


def _rubrics(scores: pd.DataFrame) -> list[str]:
    if not {"rubric", "rubric_version"} <= {*scores.columns}:
        return []
    pairs = scores[["rubric", "rubric_version"]].dropna(subset="rubric").drop_duplicates()
    named = (f"{name} {'' if pd.isna(one) else one}" for name, one in pairs.itertuples(index=False))
    return sorted(one.strip() for one in named)


def _judges(scores: pd.DataFrame) -> Iterator[str]:
    """Yield who judged what, and until when people's labels are there to hold it against."""
    if not {"source", "name", "judge_model"} <= {*scores.columns}:
        return
    judged = scores[(scores["source"] == "judge").fillna(value=False).astype(bool)]
    people = scores[(scores["source"] == "human").fillna(value=False).astype(bool)]
    for name, rows in judged.groupby("name", sort=True):
        models = text.listed(sorted(rows["judge_model"].dropna().unique())) or "an unknown judge"
        labels = people[people["name"] == name]
        times = labels["time"].dropna() if "time" in labels else pd.Series(dtype="object")
        until = f" until {times.max():%Y-%m-%d}" if len(times) else ""
        held = (
            f"{text.plural(len(labels), 'label')} of people{until}" if len(labels) else "no label"
        )
        yield f"{name} by {models}, calibrated with {held}"


def _packages() -> list[str]:
    from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - heavy

    named = [f"{name} {version(name)}" for name in _PACKAGES]
    return [*named, f"plotly.js {get_plotlyjs_version()}"]


def _words(parameters: Mapping[str, object]) -> Iterator[str]:
    """Yield the parameters that were given."""
    for name, one in parameters.items():
        empty = one is None or (isinstance(one, str | Sequence | Mapping) and not one)
        if not empty:
            yield f"{name}={_said(one)}"


def _said(value: object) -> str:
    """Return a parameter as a word that says nothing of the machine."""
    match value:
        case PurePath():
            said = value.name
        case pd.Timestamp():
            said = value.isoformat()
        case str():
            said = "an address" if _ADDRESS in value else _FOLDERS.sub("", value)
        case Mapping():
            said = f"{{{', '.join(f'{_said(name)}: {_said(one)}' for name, one in value.items())}}}"
        case Sequence():
            said = f"[{', '.join(map(_said, value))}]"
        case Sharing():
            said = f"from {value.least} by {value.per}"
        case None | bool() | int() | float():
            said = str(value)
        case _:
            said = _said(getattr(value, "name", type(value).__name__))
    return said
