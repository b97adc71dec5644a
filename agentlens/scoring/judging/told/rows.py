"""What do verdicts look like among a log's scores?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.found import Judgment
from agentlens.tables.conform import conform
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.schema import SCORES

__all__ = ["LOST", "NOT_SENT", "PENDING", "SETTLED", "outcomes", "with_verdicts"]

NOT_SENT, PENDING, LOST = "not_sent", "pending", "unknown_paid"
SETTLED = "failed_check"
"""An item that a failed check settles, without a judge."""

_ID = 32
_DAY = len("2026-11-30")
_CODES = pd.CategoricalDtype


def outcomes(
    questions: Asked,
    found: Mapping[str, Judgment],
    lost: frozenset[str] = frozenset(),
    pending: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return the questions with what became of each: a verdict's word, or a status.

    Args:
        questions: of one call.
        found: answers by key.
        lost: keys that may have been billed and have no answer.
        pending: keys that a batch holds.
    """
    said = {key: one.status or one.verdict for key, one in found.items()}
    said |= dict.fromkeys(lost - said.keys(), LOST) | dict.fromkeys(pending - said.keys(), PENDING)
    frame = questions.frame
    outcome = pd.Series([said.get(key, NOT_SENT) for key in frame["key"]], dtype="str")
    verdict = [key in found and not found[key].status for key in frame["key"]]
    first = ~frame["key"].duplicated().to_numpy()
    usd = [found[key].usd if key in found else 0.0 for key in frame["key"]]
    asked = frame.assign(
        outcome=outcome,
        verdict=np.asarray(verdict, dtype=bool),
        usd=np.where(first, usd, 0.0) if len(frame) else np.zeros(0),
    )
    if not len(questions.settled):
        return asked
    settled = questions.settled.assign(outcome=SETTLED, verdict=True, usd=0.0)
    return pd.concat([asked, settled], ignore_index=True) if len(asked) else settled


def with_verdicts(
    log: Log, questions: Asked, judged: pd.DataFrame, found: Mapping[str, Judgment]
) -> Log:
    """Return the log with a row among its scores for each question that has an outcome.

    What was sent is a random part of what was asked, since questions go out in an order that has
    nothing to do with what they say: the probability of a row is that of its trace times the share
    of its repeat that was sent. A verdict that is there already is replaced.

    Args:
        log: the traces.
        questions: of one call.
        judged: the questions with their outcomes.
        found: answers by key.
    """
    done = judged[~judged["outcome"].isin([NOT_SENT, PENDING])]
    if not len(done):
        return log
    sent, asked = (one[one["outcome"] != SETTLED] for one in (done, judged))
    share = sent.groupby("repeat").size() / asked.groupby("repeat").size()
    p = done["p"] * done["repeat"].map(share).where(done["outcome"] != SETTLED, 1.0)
    rows = _rows(questions, done.assign(p=p), found)
    new = conform(pd.DataFrame(rows), SCORES).frame
    old = log.scores
    if len(old):
        old = old[~among(old["score_id"], new["score_id"])]
    return replace(log, scores=_joined(old, new))


def score_id(trace_id: str, span_id: str, name: str, asked: Sequence[str], repeat: int) -> str:
    """Return the id of a verdict's row, the same whenever the same is asked of the same trace.

    Args:
        trace_id: of the trace.
        span_id: of the step, or "".
        name: of the score.
        asked: the rubric's hash and the judge's id.
        repeat: its number.
    """
    told = "\x1f".join([trace_id, span_id, name, *asked, str(repeat)])
    return sha256(told.encode(errors="backslashreplace")).hexdigest()[:_ID]


def _rows(
    questions: Asked, done: pd.DataFrame, found: Mapping[str, Judgment]
) -> list[dict[str, Any]]:
    """Return the rows of all questions, the overall verdict first and then its parts."""
    rubric = questions.rubric
    judge_id = questions.judge.id(rubric)
    same = {
        "kind": "boolean" if rubric.scale is None else "numeric",
        "source": "judge",
        "rubric": rubric.name,
        "rubric_version": str(rubric.version),
        "rubric_hash": rubric.hash,
        "judge_id": judge_id,
        **({"judge_retires": questions.retires_at[:_DAY]} if questions.retires_at else {}),
    }
    model = _usual([one.model for one in found.values()]) or questions.judge.model
    rows: list[dict[str, Any]] = []
    for one in done.to_dict("records"):
        answer = found.get(one["key"])
        own = {
            "trace_id": one["trace_id"],
            "span_id": one["span_id"] or None,
            "inclusion_p": one["p"],
            "key": one["key"] or None,
            "repeat": one["repeat"],
            "truncated": one["truncated"],
            "judge_model": (answer.model if answer else "") or model,
            "time": pd.Timestamp(answer.at, unit="s", tz="UTC") if answer else pd.NaT,
            "via": answer.via if answer else None,
        }
        if one["outcome"] == SETTLED:
            own["via"] = "check"
            told = _row(0.0, "fail", f"{questions.settled_by} failed", np.nan, "")
            identity = score_id(
                one["trace_id"], one["span_id"], rubric.name, (rubric.hash, judge_id), one["repeat"]
            )
            rows.append(
                {"score_id": identity, "name": rubric.name, **same, **own, **told, "usd": 0.0}
            )
            continue
        for name, said in _said(rubric, answer, one["outcome"]):
            usd = one["usd"] if name == rubric.name and answer else np.nan
            identity = score_id(
                one["trace_id"], one["span_id"], name, (rubric.hash, judge_id), one["repeat"]
            )
            rows.append({"score_id": identity, "name": name, **same, **own, **said, "usd": usd})
    return rows


def _usual(models: Sequence[str]) -> str:
    """Return who answered most often, "" for nobody."""
    named = [one for one in models if one]
    return max(sorted(set(named)), key=named.count, default="")


def _said(
    rubric: Rubric, answer: Judgment | None, outcome: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield by score name what was said: number, word, evidence, confidence and status."""
    if answer is None or not answer.verdict:
        for name in rubric.scores:
            yield name, _row(np.nan, None, None, np.nan, outcome)
        return
    yield (
        rubric.name,
        _row(answer.score, answer.verdict, answer.evidence, answer.confidence, answer.status),
    )
    for name in rubric.scores[1:]:
        word, number, evidence, confidence = answer.parts.get(name, (None, None, "", None))
        yield name, _row(number, word, evidence, confidence, "abstained" if number is None else "")


def _row(
    value: object, label: object, comment: object, confidence: object, status: str
) -> dict[str, Any]:
    return {
        "value": value,
        "label": label,
        "comment": comment or None,
        "confidence": confidence,
        "status": status or None,
    }


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return rows below one another; a column that one of them lacks is missing there."""
    if not len(old):
        return new
    codes = {name: "str" for name, kind in old.dtypes.items() if isinstance(kind, _CODES)}
    return pd.concat([old.astype(codes) if codes else old, new], ignore_index=True)
