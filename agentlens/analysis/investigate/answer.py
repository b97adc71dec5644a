"""Which road leads from a question to its answer?

A rare metric is asked for bursts; any other is charted, and what the chart calls is looked into. Where
it calls nothing, what the whole may hide is looked for.
"""

from agentlens import text
from agentlens.analysis.investigate.case import Case
from agentlens.analysis.investigate.find.mixture import expected_by_mix, least_shift
from agentlens.analysis.investigate.find.rare import burst_of, is_rare
from agentlens.analysis.investigate.find.watch import Course, bin_length, chosen, course_of
from agentlens.analysis.investigate.hidden import hidden_episode
from agentlens.analysis.investigate.looking import case_of
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.investigate.tell.brief import Brief
from agentlens.analysis.investigate.tell.otherwise import told_burst, told_nothing, told_unknown
from agentlens.analysis.investigate.tell.told import told
from agentlens.tables.period import Period, length

__all__ = ["answered"]


def answered(
    question: Question, baseline: Period | None, every: str | None
) -> tuple[Brief, Case | None, list[Course]]:
    """Return the brief, the case behind it if there is one, and the charts.

    Args:
        question: what is asked.
        baseline: what is normal; default: the first half of the log.
        every: length of a bin; default: some hundred rows each.
    """
    rows = question.rows
    name = text.capital(rows.metric.title)
    if rows.absent:
        why = f"{name} is unknown: {text.listed(rows.absent)} is not recorded."
        return told_unknown(question, why), None, []
    if not rows.positions.size:
        return told_unknown(question, f"{name} is unknown: no row counts towards it."), None, []
    if is_rare(rows):
        burst = burst_of(rows, question.at)
        brief = (
            told_nothing(question, [], rare=True) if burst is None else told_burst(question, burst)
        )
        return brief, None, []
    step = bin_length(rows, question.log) if every is None else every
    length(step)
    course = course_of(
        question.log, rows, "metric", every=step, baseline=baseline, seed=question.seed
    )
    if course.unknown or course.baseline is None:
        return told_unknown(question, course.unknown), None, [course]
    courses = [course, *_mix_of(question, course, step, baseline)]
    case = None
    episode = chosen(courses, question.at, rows.metric.better)
    if episode is not None:
        case = case_of(question, episode, course.baseline)
    if case is None or case.cause == "none" or _is_past(question, case):
        hidden = hidden_episode(question, course.baseline)
        case = case_of(question, hidden, course.baseline) if hidden is not None else case
    if case is None or case.cause == "none":
        return told_nothing(question, courses, rare=False), None, courses
    return told(question, case), case, courses


def _is_past(question: Question, case: Case) -> bool:
    """Return whether what was found in no slice was over long ago: it may not hide what is newer."""
    log = question.log
    return (
        question.at is None
        and not case.slices
        and case.cause != "judge"
        and case.episode.end <= log.stop - (log.stop - log.start) / 4
    )


def _mix_of(
    question: Question, course: Course, every: str, baseline: Period | None
) -> list[Course]:
    """Return the chart of what the mix of traffic lets one expect, if there is a mix."""
    if course.baseline is None:
        return []
    normal = question.inside(course.baseline)
    rows = expected_by_mix(question.rows, list(question.dims), normal)
    if rows is None:
        return []
    least = least_shift(question.rows, normal, len(course.bins.starts))
    return [
        course_of(
            question.log,
            rows,
            "mix",
            every=every,
            baseline=baseline,
            seed=question.seed,
            least=least,
        )
    ]
