"""Is what a check settles never sent, and never mixed with what a judge said?"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.reading.verdicts import verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.conform import conform
from agentlens.tables.log import Log
from agentlens.tables.schema import SCORES
from tests.messages import Messages
from tests.scoring.judging.worlds import RUBRIC, log_of, run

N, FAILED = 40, 6


def checked(n: int = N, name: str = "json_schema") -> Log:
    """Return a log in which the first few traces failed a check, one of them only at first."""
    rows = pd.DataFrame(
        {
            "score_id": [f"c{i}" for i in range(n + 1)],
            "trace_id": ["t10", *(f"t{i}" for i in range(n))],
            "name": name,
            "value": [0.0, *(float(i >= FAILED) for i in range(n))],
            "source": "check",
        }
    )
    return replace(log_of(n), scores=conform(rows, SCORES).frame)


def test_what_failed_a_check_counts_as_fail_and_is_not_sent(tmp_path: Path) -> None:
    with Messages() as server:
        told = run(checked(), tmp_path / "s", server.url, settled_by="json_schema")
        assert server.billed == N - FAILED
    facts = told.facts()
    assert (facts["asked"].value, facts["verdicts"].value) == (N, N)
    assert (facts["settled by a check"].value, facts["calls"].value) == (FAILED, N - FAILED)
    assert any(note.startswith("6 items failed json_schema") for note in told.caveats)
    rows = told.log.scores[told.log.scores["via"] == "check"]
    assert sorted(rows["trace_id"]) == [f"t{i}" for i in range(FAILED)]
    assert set(zip(rows["value"], rows["label"], rows["usd"], strict=True)) == {(0.0, "fail", 0.0)}
    assert rows["key"].isna().all()
    assert rows["status"].isna().all()


def test_settled_items_are_a_stratum_of_their_own_under_one_judge(tmp_path: Path) -> None:
    with Messages() as server:
        told = run(checked(), tmp_path / "s", server.url, settled_by="json_schema")
    found = verdicts_of(told.log, RUBRIC)
    settled = found.tier == 3
    assert (len(found), int(settled.sum()), len(found.judge_ids)) == (N, FAILED, 1)
    assert set(found.verdict[settled]) == {0}
    assert set(found.tier[~settled]) == {0}


def test_a_stop_leaves_settled_items_with_the_chance_of_their_trace(tmp_path: Path) -> None:
    with Messages() as server:
        told = run(checked(), tmp_path / "s", server.url, settled_by="json_schema", max_calls=17)
    rows = told.log.scores[told.log.scores["source"] == "judge"]
    p = rows["inclusion_p"].to_numpy(dtype=np.float64)
    settled = (rows["via"] == "check").to_numpy(dtype=bool)
    assert set(p[settled]) == {1.0}
    assert p[~settled] == pytest.approx(17 / (N - FAILED))


def test_all_settled_asks_nobody(tmp_path: Path) -> None:
    log = checked(FAILED)
    told = run(log, tmp_path / "s", "http://127.0.0.1:1", settled_by="json_schema")
    assert told.facts()["pass rate, uncorrected"].value == 0.0


def test_a_check_that_never_ran_and_a_rubric_with_more_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'json_schema'"):
        run(checked(), tmp_path / "s", "http://127.0.0.1:1", settled_by="json_schem")
    with pytest.raises(UnknownNameError, match=r"judge\(check\(log\)"):
        run(log_of(3), tmp_path / "s", "http://127.0.0.1:1", settled_by="json_schema")
    scale = Rubric("help", 1, "How helpful?", scale=(1, 2, 3))
    with pytest.raises(BadInputError, match="has a scale"):
        run(checked(), tmp_path / "s", "http://127.0.0.1:1", rubric=scale, settled_by="json_schema")
