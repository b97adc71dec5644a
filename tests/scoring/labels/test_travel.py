"""Does a label keep its design wherever it goes: to files, to the lake, to Langfuse and back?"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.feedback.langfuse import outgoing
from agentlens.feedback.langfuse.scores import push_scores
from agentlens.scoring.reading.labels import DRAWN, labels_of
from agentlens.sources.langfuse.wire import scores as wire
from agentlens.tables.log import Log
from tests.feedback.langfuse.pushing import to
from tests.lake.killed import KEY
from tests.loopback import Clock, LangfuseServer, World

_RUBRIC = "goal_completion@3"
_WORLD = World(days=0.25, traces_per_day=96)
_KEYS = ["trace_id", "rater", "repeat", "blind"]
_DESIGN = [
    *("name", "value", "source", "rubric", "rubric_version", "inclusion_p", "plan", "stage"),
    *("stratum", "split", "round", "seconds", "reference", "note", "code"),
]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTLENS_REDACT_KEY", KEY)


@pytest.fixture
def server() -> Iterator[LangfuseServer]:
    with LangfuseServer(_WORLD, clock=Clock(_WORLD.end + 3 * 3600)) as one:
        yield one


def _from(server: LangfuseServer) -> Mapping[str, Any]:
    keys = {"public_key": server.public_key, "secret_key": server.secret_key}
    return {"since": "10h", "host": server.url, "clock": server.clock, "text": "none", **keys}


@lru_cache(maxsize=1)
def _labelled() -> Log:
    """Return traces of the world that two people labelled: unsure ones, changed ones, notes."""
    with LangfuseServer(_WORLD, clock=Clock(_WORLD.end + 3 * 3600)) as server:
        log = al.read_langfuse(**_from(server))
    rng = np.random.default_rng(0)
    n = len(log)
    verdicts = pd.DataFrame(
        {
            "score_id": [f"j{place}" for place in range(n)],
            "trace_id": log.traces["trace_id"],
            "name": "goal_completion",
            "value": (rng.random(n) < 0.7).astype(float),
            "kind": "boolean",
            "source": "judge",
            "judge_model": "careful-1",
            "rubric": "goal_completion",
            "rubric_version": "3",
            "inclusion_p": 0.5,
        }
    )
    judged = al.from_frames(log.traces, log.spans, verdicts)
    plan = al.plan_labels(judged, _RUBRIC, n=20, store=None)
    words = iter("pfupp" * 20)
    at = pd.Timestamp(_WORLD.end + 3600, unit="s", tz="UTC")
    common = {"code": "late", "seconds": 2.25, "time": at.isoformat()}
    said = {
        one: {"label": next(words), "note": f"half sure, {one}", **common}
        for one in plan.frame["trace_id"].unique()
    }
    first = al.label(plan, rater="ana", answers=lambda one: said[one.trace_id], store=None)
    passing = {"label": "p", **common}
    ben = al.label(replace(plan, log=first.log), rater="ben", answers=lambda _: passing, store=None)
    changed = first.labels.head(3)
    more = changed.assign(
        score_id="seen-" + changed["score_id"], value=0.0, label="fail", blind=False
    )
    scores = pd.concat([ben.log.scores, more], ignore_index=True)
    return replace(ben.log, scores=scores)


def _human(log: Log) -> pd.DataFrame:
    rows = log.scores[(log.scores["source"] == "human") & (log.scores["name"] == "goal_completion")]
    return rows.sort_values(_KEYS, ignore_index=True)


def _check(found: Log, *, exact_times: bool = True) -> None:
    """Compare every label with the one that left, column by column."""
    wanted, came = _human(_labelled()), _human(found)
    columns = [*_KEYS, *_DESIGN]
    pd.testing.assert_frame_equal(came[columns], wanted[columns], check_dtype=False)
    late = (came["time"] - wanted["time"]).abs()
    assert late.max() <= pd.Timedelta(0 if exact_times else 1, "ms")
    frames = [labels_of(one, _RUBRIC).frame for one in (found, _labelled())]
    first, second = (one.sort_values("trace_id", ignore_index=True) for one in frames)
    same = ["trace_id", "y", "stage", "stratum", "split", "p", "raters", "agreed", "reference"]
    pd.testing.assert_frame_equal(first[same], second[same], check_dtype=False)
    assert set(first["stage"]) == set(DRAWN)


def test_there_is_something_to_lose() -> None:
    rows = _human(_labelled())
    assert rows["value"].isna().any()
    assert (rows["repeat"] == 2).any()
    assert (~rows["blind"]).sum() == 3
    assert set(rows["rater"]) == {"ana", "ben"}


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "jsonl.gz", "csv", "csv.gz"])
def test_labels_come_back_from_files_of_our_own(ending: str, tmp_path: Path) -> None:
    files = _labelled().save(tmp_path / f"log.{ending}")
    assert len(files) == 3
    _check(al.read_files(tmp_path))


def test_labels_come_back_from_the_lake(tmp_path: Path) -> None:
    lake = al.Lake(tmp_path / "lake", key=KEY)
    lake.sync(_labelled())
    _check(lake.log())
    lake.sync(_labelled())
    _check(lake.log())


def test_labels_come_back_from_files_by_way_of_the_lake(tmp_path: Path) -> None:
    _labelled().save(tmp_path / "day.parquet")
    lake = al.Lake(tmp_path / "lake", key=KEY)
    lake.sync(str(tmp_path / "day.*.parquet"))
    _check(lake.log())


def test_labels_come_back_from_langfuse(server: LangfuseServer) -> None:
    done = push_scores(_labelled(), **to(server))
    assert set(done.frame["state"]) == {"sent"}
    assert len(done.frame) == len(_labelled().scores), "no label takes the place of another"
    _check(al.read_langfuse(**_from(server)), exact_times=False)
    again = push_scores(_labelled(), **to(server))
    assert set(again.frame["state"]) == {"already there"}


def test_labels_come_back_from_langfuse_by_way_of_the_lake(
    server: LangfuseServer, tmp_path: Path
) -> None:
    push_scores(_labelled(), **to(server))
    lake = al.Lake(tmp_path / "lake", key=KEY, clock=lambda: pd.Timestamp.now("UTC"))
    lake.sync("langfuse", **_from(server))
    _check(lake.log(), exact_times=False)


def _metadata(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": "x", "traceId": row["trace_id"], "name": row["name"], "value": 1,
            "dataType": "BOOLEAN", "source": "API", "timestamp": "2026-05-04T10:00:00Z"}  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        lambda design: {"agentlens": design},
        lambda design: json.dumps({"agentlens": design}),
        lambda design: {f"agentlens.{key}": one for key, one in design.items()},
    ],
)
def test_the_design_is_read_from_every_form_in_which_metadata_are_written(
    told: Callable[[dict[str, Any]], Any],
) -> None:
    design = {"source": "human", "stage": "uniform", "round": 2, "blind": True, "note": "late"}
    row = _metadata({"trace_id": "t", "name": "goal"}) | {"metadata": told(design)}
    found = wire.scores([row], ["page 1:1"]).scores
    for name, value in design.items():
        assert found[name] == [value]


def test_an_applications_own_stage_is_no_design_of_a_label() -> None:
    row = _metadata({"trace_id": "t", "name": "goal"}) | {"metadata": {"stage": "uniform"}}
    assert "stage" not in wire.scores([row], ["page 1:1"]).scores


def test_the_check_sees_a_design_that_was_lost(
    server: LangfuseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: a push that forgets the stage. Its labels come back, and enter no rate."""
    kept = tuple(name for name in outgoing._DESIGN if name != "stage")
    monkeypatch.setattr(outgoing, "_DESIGN", kept)
    push_scores(_labelled(), **to(server))
    found = al.read_langfuse(**_from(server))
    with pytest.raises(AssertionError, match="stage"):
        _check(found, exact_times=False)
    assert set(labels_of(found, _RUBRIC).frame["stage"]) == {"unknown"}


def test_a_note_that_names_somebody_is_hidden_on_the_way_out(server: LangfuseServer) -> None:
    """A label from elsewhere, whose note nobody cleaned, is cleaned when it is pushed."""
    log = _labelled()
    mail = "ann.miller@example.com"
    named = replace(log, scores=log.scores.assign(note=f"write to {mail}", code=mail))
    push_scores(named, **to(server))
    found = _human(al.read_langfuse(**{**_from(server), "redact": None}))
    assert found["note"].str.contains("<EMAIL").all()
    assert not found["code"].str.contains(mail).any()
