"""What is found of every column of two periods?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agentlens import text
from agentlens.analysis.arms.periods import CURRENT, Periods
from agentlens.analysis.drift.answer import Answer
from agentlens.analysis.drift.columns import TEXTS, Column, columns_of
from agentlens.analysis.drift.compare import compared
from agentlens.analysis.drift.rows import Matched, Paired, paired_of, rows_of
from agentlens.analysis.drift.texts import PROBES, fresh, text_columns, worded, wording
from agentlens.tables.log import Log

__all__ = ["Search", "searched"]


@dataclass(frozen=True, eq=False)
class Search:
    """What is found, and what is to be said of how it was looked for.

    Attributes:
        answers: one a column.
        plain: the same with the hours of the baseline as they are; empty where that is the same.
        paired: the traces that are compared.
        notes: sentences on weights and on what is left out.
        probing: current inputs that probe, and their users.
    """

    answers: list[Answer]
    plain: dict[str, Answer]
    paired: Paired
    notes: tuple[str, ...]
    probing: tuple[int, int]


def searched(
    periods: Periods,
    wanted: Sequence[str] | None,
    *,
    level: float,
    matched: Matched,
    seed: int,
) -> Search:
    """Return what is found of every column.

    Args:
        periods: what is compared.
        wanted: names of columns; None means every one that can drift.
        level: of the intervals.
        matched: whether hours of the week are matched.
        seed: of the draws.
    """
    log = periods.log
    paired = paired_of(periods, matched, seed)
    columns, notes = columns_of(log, wanted)
    texts = [name for name in TEXTS if _has(log, name) and (wanted is None or name in wanted)]
    for name in texts:
        columns += text_columns(log, name, paired.places)
    answers, plain, constant = _answers(paired, columns, level)
    for name in texts:
        more, note = _texts(log, name, paired, level, seed)
        answers += more
        notes += note
    return Search(
        answers=answers,
        plain=plain,
        paired=paired,
        notes=(*paired.notes, *notes, *_constant(constant)),
        probing=_probing(columns, periods),
    )


def _answers(
    paired: Paired, columns: list[Column], level: float
) -> tuple[list[Answer], dict[str, Answer], list[str]]:
    """Return the answer for each column, one without matching, and columns that never vary."""
    answers, plain, constant = [], {}, []
    for column in columns:
        part, own = rows_of(paired, column)
        used = own.code if part.even else own.code[part.weight > 0]
        if used.size and (used == used[0]).all():
            constant.append(column.name)
            continue
        answers.append(compared(part, own, level))
        if paired.match is not None and not paired.match.even:
            plain[column.name] = compared(replace(part, weight=part.raw), own, level)
    return answers, plain, constant


def _texts(
    log: Log, name: str, paired: Paired, level: float, seed: int
) -> tuple[list[Answer], list[str]]:
    held = wording(log, name, paired.sample, paired.places, seed)
    part = paired.sample.only(paired.places[held.positions])
    answers, _ = worded(held, part, level)
    new = fresh(held, part)
    own, column = rows_of(paired, new)
    used = column.code[own.weight > 0]
    if used.size and (used != used[0]).any():
        answers.append(compared(own, column, level))
    if held.whole:
        return answers, []
    return answers, [f"The words of {name} are those of {held.positions.size:,} traces at random."]


def _probing(columns: list[Column], periods: Periods) -> tuple[int, int]:
    """Return how many current inputs probe, and of how many users."""
    for column in columns:
        if column.name == PROBES:
            hit = column.positions[(column.code == 1)]
            now = hit[periods.arm[hit] == CURRENT]
            traces = periods.log.traces
            if "user_id" not in traces:
                return now.size, now.size
            users = traces["user_id"].iloc[now]
            return now.size, int(users.nunique() + users.isna().sum())
    return 0, 0


def _constant(names: list[str]) -> list[str]:
    """Return a sentence on columns that never vary."""
    return [f"One value in both periods: {text.listed(names, most=12)}."] if names else []


def _has(log: Log, name: str) -> bool:
    return name in log.traces and bool(log.traces[name].notna().any())
