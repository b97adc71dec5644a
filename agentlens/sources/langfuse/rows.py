"""How does what one slice held become rows?"""

from collections.abc import Mapping

from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.pages import Page
from agentlens.sources.langfuse.visit import Visit
from agentlens.sources.langfuse.wire.observations import observations, traces
from agentlens.sources.langfuse.wire.scores import ScoreConfig, scores

__all__ = ["rows_of"]


def rows_of(visit: Visit, configs: Mapping[str, ScoreConfig]) -> Rows:
    """Return the rows of a slice, each with its place in the server's answers.

    Args:
        visit: what the server said.
        configs: the project's score configs, which give a category its number.
    """
    steps = observations(visit.observations, _places("observation", visit.observations))
    whole = traces(visit.traces, _places("trace", visit.traces))
    given = scores(visit.scores, _places("score", visit.scores), configs)
    parts = (steps, whole, given)
    return Rows(
        spans=steps.spans,
        traces=whole.traces,
        scores=given.scores,
        bad=tuple(one for part in parts for one in part.bad),
        problems=tuple(one for part in parts for one in part.problems),
    )


def _places(what: str, page: Page) -> list[str]:
    return [f"{what}:{number}" for number in range(1, len(page) + 1)]
