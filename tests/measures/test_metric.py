"""Does a metric that cannot be computed say so, and is each built-in one sound?"""

from typing import Any

import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.builtin import BUILTIN, find_metric
from agentlens.measures.catalogue import metrics
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from tests.logs import demo_log, tiny_log


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"kind": "median"}, "kind 'median'"),
        ({"better": "up"}, "better 'up'"),
        ({"table": "scores"}, "table 'scores'"),
        ({"numerator": ""}, "numerator is empty"),
        ({"kind": "ratio"}, "a ratio has a denominator"),
        ({"denominator": "steps"}, "only a ratio"),
        ({"kind": "quantile"}, "a quantile says which one"),
        ({"q": 0.5}, "no other kind"),
        ({"kind": "quantile", "q": 1.5}, "between 0 and 1"),
        ({"where": "import os"}, "not an expression"),
    ],
)
def test_a_wrong_definition_says_what_is_wrong(wrong: dict[str, Any], says: str) -> None:
    right: dict[str, Any] = {"name": "m", "kind": "rate", "numerator": "completed"}
    with pytest.raises(BadInputError, match=says):
        Metric(**(right | wrong))


@pytest.mark.parametrize("name", sorted(BUILTIN))
def test_every_built_in_metric_has_rows_on_the_demo(name: str) -> None:
    rows = metric_rows(demo_log(), name)
    assert rows.positions.size > 100
    assert not rows.absent
    assert BUILTIN[name].meaning


def test_the_catalogue_lists_scores_error_types_and_tools_of_a_log() -> None:
    names = set(metrics(demo_log())["name"])
    assert {"score:goal_completion", "score:goal_completion@human"} <= names
    assert {"error_rate:timeout", "tool_success:search_orders"} <= names
    assert set(metrics()["name"]) == set(BUILTIN)


def test_an_unknown_metric_points_to_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'latency_p95'"):
        find_metric(demo_log(), "latncy_p95")
    with pytest.raises(BadInputError, match="not int"):
        find_metric(demo_log(), 3)  # type: ignore[arg-type]


def test_a_known_bad_outcome_is_a_failure_and_a_missing_one_is_not_a_success() -> None:
    log = tiny_log(
        completed=[True, True, False],
        user_corrected=[False, True, False],
        escalated=[False, False, False],
        user_rating=[None, 1.0, 0.1],
    )
    rows = metric_rows(log, "strong_completion")
    assert rows.numerator.tolist() == [1.0, 0.0, 0.0]
    partly = tiny_log(
        completed=[True, True, True],
        user_corrected=[False, None, None],
        escalated=[False, True, False],
    )
    assert metric_rows(partly, "strong_completion").positions.tolist() == [0]


def test_open_traces_enter_no_rate() -> None:
    log = tiny_log(completed=[True, False, True], status=["ok", "open", "ok"])
    assert metric_rows(log, "weak_completion").numerator.tolist() == [1.0, 1.0]


def test_a_column_that_nothing_records_makes_the_metric_unknown() -> None:
    log = tiny_log(completed=[True, True, True], user_corrected=[False, False, True])
    rows = metric_rows(log, "strong_completion")
    assert rows.absent == ("escalated",)
    assert rows.positions.size == 0
    empty = tiny_log(completed=[None, None, None])
    assert metric_rows(empty, "weak_completion").absent == ("completed",)
