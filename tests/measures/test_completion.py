"""Do strong completion and implicit satisfaction say of each trace what their tables say?"""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.measures.builtin import BUILTIN, strong_completion
from agentlens.measures.expression import parse
from agentlens.measures.rows import metric_rows
from tests.logs import tiny_log

THREE = (True, False, None)
POINTS = {
    "copied": 1.0,
    "followed_up": 0.5,
    "user_corrected": -1.0,
    "abandoned": -1.0,
    "escalated": -1.0,
}


def _values(numerator: str, frame: pd.DataFrame) -> list[float | None]:
    found = parse(numerator).evaluate(frame, len(frame))
    return [None if np.isnan(one) else float(one) for one in found]


def _flags(rows: list[tuple[bool | None, ...]], names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(names)).astype("boolean")


@pytest.mark.parametrize("version", [1, 2])
def test_any_known_bad_settles_a_trace_and_a_missing_one_spoils_the_good(version: int) -> None:
    rows = list(product(THREE, THREE, THREE, (1.0, 0.5, 0.2, None)))
    frame = _flags([row[:3] for row in rows], ("completed", "user_corrected", "escalated"))
    frame["user_rating"] = pd.Series([row[3] for row in rows], dtype="float64")

    def by_hand(row: tuple[bool | None, bool | None, bool | None, float | None]) -> float | None:
        completed, corrected, escalated, rating = row
        badly = version == 2 and rating is not None and rating < 0.5
        if completed is False or corrected is True or escalated is True or badly:
            return 0.0
        if completed is True and corrected is False and escalated is False:
            return 1.0
        return None

    found = _values(strong_completion(version).numerator, frame)
    assert found == [by_hand(row) for row in rows]


def test_the_two_versions_differ_by_the_bad_ratings_alone() -> None:
    log = tiny_log(
        completed=[True, True, True],
        user_corrected=[False, False, True],
        escalated=[False, False, False],
        user_rating=[None, 0.2, None],
    )
    assert metric_rows(log, strong_completion(version=1)).numerator.tolist() == [1.0, 1.0, 0.0]
    assert metric_rows(log, strong_completion(version=2)).numerator.tolist() == [1.0, 0.0, 0.0]
    assert strong_completion() == BUILTIN["strong_completion"]
    assert strong_completion(version=1).version == 1


def test_a_version_that_never_was_is_refused() -> None:
    with pytest.raises(BadInputError, match=r"versions \[1, 2\], not 3"):
        strong_completion(version=3)


def test_implicit_satisfaction_is_the_mean_of_what_is_known() -> None:
    rows = list(product(THREE, repeat=len(POINTS)))
    frame = _flags(rows, tuple(POINTS))
    for repeated, point in ((pd.NA, None), (0, 0.0), (3, -0.5)):
        frame["repeated_prompts"] = pd.array([repeated] * len(rows), dtype="Int64")

        def by_hand(row: tuple[bool | None, ...], point: float | None = point) -> float | None:
            known = [
                points * said
                for points, said in zip(POINTS.values(), row, strict=True)
                if said is not None
            ]
            known += [] if point is None else [point]
            return sum(known) / len(known) if known else None

        found = _values(BUILTIN["satisfaction_implicit"].numerator, frame)
        assert found == pytest.approx([by_hand(row) for row in rows], nan_ok=True)
