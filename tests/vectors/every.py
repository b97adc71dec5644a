"""Which cases has each formula? A line a formula."""

from collections.abc import Callable, Iterable

from tests.vectors import calibration, charts, promises
from tests.vectors.case import Case

__all__ = ["CASES"]

CASES: dict[str, Callable[[], Iterable[Case]]] = {
    "inflation": charts.inflation,
    "ewma_drawn": charts.ewma_drawn,
    "cusum_drawn": charts.cusum_drawn,
    "shewhart_drawn": charts.shewhart_drawn,
    "judged": promises.judged,
    "thresholds": calibration.thresholds,
    "bands": calibration.bands,
}
