"""What is left of a log once it is fit to be shared, and what was hidden?"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.report.sharing.audit import Audit, audit_of
from agentlens.report.sharing.choice import Sharing
from agentlens.report.sharing.merged import OTHER, merged
from agentlens.report.sharing.small import Crowd, Times, crowd_of
from agentlens.report.sharing.words import without_lone_messages, without_lone_words
from agentlens.tables.log import Log
from agentlens.tables.problems import rejected_rows
from agentlens.tables.redact.frames import redact_frames

__all__ = ["shared"]

_SAID = {"traces": ("input", "output"), "spans": (), "scores": ("comment", "note")}
_PATH = re.compile(r"(?:~|[A-Za-z]:|\.{1,2})?(?:[\\/][^\s\\/,;:'\"]+){2,}")


def shared(log: Log, choice: Sharing, within: Sequence[Times] = ()) -> tuple[Log, Audit]:
    """Return the log that may be shared, for every question of a report, and what was hidden.

    Args:
        log: all that the report speaks of, its history included; it is not changed.
        choice: what is hidden.
        within: the times that are compared, such as this week and the one before: a value that has
            too few users in one of them is hidden, too.

    Example:
        >>> import agentlens as al
        >>> log, audit = shared(al.demo(days=7, traces_per_day=100), Sharing())
        >>> audit.replaced
        {'email': 6}
    """
    tables = {name: getattr(log, name) for name in ("traces", "spans", "scores")}
    crowd = crowd_of(tables["traces"], choice.per, within)
    if crowd.size < choice.least:
        message = (
            f"This log has {crowd.size} {crowd.what}s, and what is shared speaks of no fewer than"
            f" {choice.least}. Take a longer time, or a smaller least= in Sharing()."
        )
        raise BadInputError(message)
    done = redact_frames(tables, choice.policy)
    plain = Log(**done.frames, report=log.report)
    small, told = merged(plain, crowd, choice.least)
    told_of, messages = _without_messages(small, crowd)
    said = told_of if choice.traces else _without_words(told_of, crowd)
    every = frozenset[str]().union(*(one.said for one in told))
    kept = replace(
        said,
        scores=_without_names(said.scores),
        report=_without_examples(log.report, every),
        rejected=rejected_rows(pd.DataFrame(), "", "trace_id", ""),
    )
    audit = audit_of(
        told,
        done.audit,
        messages,
        least=choice.least,
        who=crowd.what,
        words=not choice.traces,
    )
    return kept, audit


def _without_messages(log: Log, crowd: Crowd) -> tuple[Log, int]:
    if "error_message" not in log.spans:
        return log, 0
    users = crowd.of(log.spans["trace_id"])[0]
    left, n = without_lone_messages(log.spans["error_message"], users)
    return replace(log, spans=log.spans.assign(error_message=left)), n


def _without_words(log: Log, crowd: Crowd) -> Log:
    """Return the log without words of single users; of steps, nothing that was said stays."""
    frames = {"traces": log.traces, "spans": log.spans, "scores": log.scores}
    for table, names in _SAID.items():
        frame = frames[table]
        users = crowd.of(frame["trace_id"])[0]
        here = [name for name in names if name in frame]
        frames[table] = frame.assign(
            **{name: without_lone_words(frame[name], users) for name in here}
        )
    spans = frames["spans"].drop(columns=["input", "output"], errors="ignore")
    return replace(log, **frames | {"spans": spans})


def _without_names(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores whose raters and strata have numbers for names: both may name somebody."""
    people = (
        (scores["source"] == "human").fillna(value=False).astype(bool)
        if "source" in scores
        else pd.Series(data=False, index=scores.index)
    )
    for name, which in (("rater", people), ("stratum", None)):
        if name not in scores or not scores[name].notna().any():
            continue
        wanted = scores[name].notna() if which is None else scores[name].notna() & which
        codes = pd.factorize(scores.loc[wanted, name], sort=True)[0]
        numbered = pd.Series([f"{name} {code + 1}" for code in codes], scores.index[wanted])
        column = scores[name].astype(object)
        column[wanted] = numbered
        scores = scores.assign(**{name: column.astype("str")})
    return scores


def _without_examples(report: pd.DataFrame, values: Iterable[str]) -> pd.DataFrame:
    """Return a load report without examples, folders and the values that are hidden elsewhere."""
    if not len(report):
        return report
    words = sorted((re.escape(one) for one in values if one.strip()), key=len, reverse=True)
    small = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None

    def told(text: object) -> object:
        if not isinstance(text, str):
            return text
        plain = _PATH.sub(lambda found: re.split(r"[\\/]", found.group())[-1], text)
        return small.sub(OTHER, plain) if small else plain

    return report.assign(
        examples="", **{name: report[name].map(told) for name in ("file", "detail")}
    )
