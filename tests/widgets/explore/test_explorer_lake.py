"""Does a log of a lake answer as the same log in memory does, whatever a hand selects?"""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.lake import Lake
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.files import matching as beside
from agentlens.lake.files import picked
from agentlens.lake.files.manifest import Part
from agentlens.lake.log import LakeLog
from agentlens.lake.store import look as reading
from agentlens.widgets.explore.explorer import Explorer
from agentlens.widgets.explore.selection import Selection
from tests.lake.test_held import built

PANELS = ("chart", "table", "heatmap", "waterfall", "clusters", "before")
# By metric, a seed and how many acts: together they do most of what a hand can do.
METRICS = {"strong_completion": (3, 5), "score:goal_completion": (11, 2), "tool_success": (8, 2)}
Answers = dict[str, Any]


@lru_cache(maxsize=1)
def demo() -> al.Log:
    log = al.demo(days=10, traces_per_day=50, seed=7)
    # Some traces have no device, so that a selection can mean what is missing.
    device = log.traces["device"].mask(np.arange(len(log)) % 9 == 0)
    return al.from_frames(log.traces.assign(device=device), log.spans, log.scores)


def in_lake(path: Path) -> LakeLog:
    lake = Lake(path, redact=None)
    lake.take(changes_of(demo()), source="demo")
    return lake.log(text="traces")


def answers(explorer: Explorer) -> Answers:
    """Return what a view would be told, as it would read it."""
    sent: list[Any] = []
    explorer.send = lambda content, *_: sent.append(content)
    told: Answers = {}
    for name in PANELS:
        explorer._hear(None, {"kind": "ask", "seq": 1, "what": "panel", "panel": name}, [])
        told[name] = sent[-1].get("problem") or json.loads(sent[-1]["text"])
    more = {"kind": "ask", "seq": 1, "what": "panel", "panel": "table", "page": 1}
    explorer._hear(None, more | {"sort": "cost_usd"}, [])
    told["page"] = json.loads(sent[-1]["text"])["rows"]
    state = json.loads(explorer.state)
    told["state"] = {name: state[name] for name in ("alt", "chips", "n", "by", "choices", "covers")}
    return told


def hands(log: al.Log, seed: int, n: int) -> Iterator[Callable[[Explorer], object]]:
    """Yield what a hand does, at random and never the same twice."""
    draw = np.random.default_rng(seed)
    ids, devices = log.traces["trace_id"].tolist(), ["mobile", "desktop", "tablet", None]
    for at in draw.permutation(11)[:n].tolist():
        first = (log.start + draw.uniform(0, 0.7) * (log.stop - log.start)).floor("min")
        until = first + pd.Timedelta(int(draw.integers(6, 90)), "h")
        some = [devices[at] for at in draw.choice(4, 2, replace=False)]
        few = [ids[at] for at in draw.choice(len(ids), 120, replace=False)]
        low = float(draw.choice([0.0, 1.0]))
        acts: list[dict[str, Any]] = [
            {"act": "period", "from": str(first), "until": str(until)},
            {"act": "where", "where": {"device": some}},
            {"act": "where", "where": {"task_type": log.traces["task_type"].head(3).tolist()}},
            {"act": "drop", "part": "where", "name": "device"},
            {"act": "undo"},
            {"act": "by", "by": ["model", "device"]},
            {"act": "failure"},
        ]
        sets = [
            Selection(current=(first, until), score={"goal_completion": (low, 1.0)}),
            Selection(where={"user_id": log.traces["user_id"].head(40).tolist()}),
            Selection(ids=few, where={"device": some}),
            Selection(),
        ]
        yield done(acts[at]) if at < len(acts) else chosen(sets[at - len(acts)])


def done(act: dict[str, Any]) -> Callable[[Explorer], object]:
    def hand(explorer: Explorer) -> object:
        if act["act"] != "failure":
            return explorer.answers["do"](act)
        rows = explorer.answers["panel"]({"panel": "clusters"})["rows"]["rows"]
        known = [row["do"] for row in rows if row["do"]]
        return explorer.answers["do"](known[0]) if known else None

    return hand


def chosen(selection: Selection) -> Callable[[Explorer], object]:
    return lambda explorer: setattr(explorer, "selection", selection)


@pytest.mark.parametrize("metric", [*METRICS])
def test_every_panel_answers_from_a_lake_as_in_memory(metric: str, tmp_path: Path) -> None:
    log = in_lake(tmp_path)
    ours, plain = (Explorer(one, metric, by=["task_type", "device"]) for one in (log, demo()))
    assert answers(ours) == answers(plain)
    for act in hands(demo(), *METRICS[metric]):
        act(plain)
        act(ours)
        assert ours.selection == plain.selection
        said, wanted = answers(ours), answers(plain)
        for name, one in wanted.items():
            assert said[name] == one, (name, ours.selection)
        assert set(ours.log.traces["trace_id"]) == set(plain.log.traces["trace_id"])


def test_a_lake_of_steps_answers_as_its_own_log_in_memory(tmp_path: Path) -> None:
    log = built(tmp_path / "lake").log()
    ours, plain = (Explorer(one, "error_rate") for one in (log, log.plain()))
    assert answers(ours) == answers(plain)
    for act in (
        {"act": "where", "where": {"status": ["ok", "error"]}},
        {"act": "period", "from": str(log.start), "until": str(log.stop)},
    ):
        ours.answers["do"](act)
        plain.answers["do"](act)
        assert answers(ours) == answers(plain)


def test_columns_that_no_panel_reads_are_there_where_one_asks_for_them(tmp_path: Path) -> None:
    log = in_lake(tmp_path)
    metric = al.Metric("wordy", "mean", numerator="output_tokens", where="steps > 1")
    ours, plain = (Explorer(one, metric, by=["retries"]) for one in (log, demo()))
    assert answers(ours) == answers(plain)
    for explorer in (ours, plain):
        explorer.selection = Selection(where={"llm_calls": [2], "device": ["mobile"]})
    assert 0 < len(ours.log) < len(log)
    assert answers(ours) == answers(plain)


def test_what_only_a_judge_objected_to_is_told_by_what_was_asked(tmp_path: Path) -> None:
    n = 60
    ids = pd.Series([f"t{at}" for at in range(n)])
    start = pd.Timestamp("2026-11-01", tz="UTC") + pd.to_timedelta(np.arange(n), "h")
    asked = pd.Series(np.where(np.arange(n) % 2, "Where is my parcel?", "Please cancel my order."))
    traces = pd.DataFrame({"trace_id": ids, "start": start, "status": "ok", "input": asked})
    scores = pd.DataFrame(
        {"score_id": "s" + ids, "trace_id": ids, "name": "goal", "source": "judge"}
    ).assign(value=np.where(np.arange(n) < n // 2, 0.0, 1.0))
    log = al.from_frames(traces, scores=scores)
    lake = Lake(tmp_path, redact=None)
    lake.take(changes_of(log), source="demo")
    ours, plain = (Explorer(one, "error_rate") for one in (lake.log(), log))
    for explorer in (ours, plain):
        explorer.selection = Selection()
    rows = answers(ours)["clusters"]["rows"]["rows"]
    assert rows == answers(plain)["clusters"]["rows"]["rows"]
    assert any("parcel" in row["cells"][0] for row in rows)


def test_no_day_of_the_lake_is_read_twice_but_for_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: list[str] = []
    days: list[str] = []
    read, matched = picked.read_part, beside.matching

    def noted(table: str, part: Part) -> None:
        tables.append(table)
        if table in {"spans", "scores"}:
            days.append(part.path)

    def read_part(root: Path, table: str, part: Part, *rest: Any, **more: Any) -> Any:
        noted(table, part)
        return read(root, table, part, *rest, **more)

    def matching(base: Any, root: Path, table: str, part: Part, *rest: Any) -> Any:
        noted(table, part)
        return matched(base, root, table, part, *rest)

    log = in_lake(tmp_path)
    monkeypatch.setattr(reading, "read_part", read_part)
    monkeypatch.setattr(reading, "matching", matching)
    explorer = Explorer(log, by=["task_type", "device"])
    answers(explorer)
    for act in hands(demo(), 11, 4):
        act(explorer)
        for name in PANELS[:4]:
            try:
                explorer.answers["panel"]({"panel": name})
            except al.AgentLensError:
                continue
    assert len(days) == len(set(days)) > 0
    # To know who was asked what, the few traces that were objected to are looked up by id.
    before = len(tables)
    explorer.selection = Selection(current=("2026-11-10", "2026-11-12"))
    explorer.answers["panel"]({"panel": "table"})
    assert len(tables) == before
    explorer.answers["panel"]({"panel": "clusters"})
    assert set(tables[before:]) == {"traces", "text"}


def test_the_log_is_still_the_lake_s_and_all_of_it(tmp_path: Path) -> None:
    log = in_lake(tmp_path)
    explorer = Explorer(log)
    explorer.selection = Selection(current=("2026-11-10", "2026-11-12"), where={"device": "mobile"})
    answers(explorer)
    assert isinstance(explorer.log, LakeLog)
    wanted = demo().between("2026-11-10", "2026-11-12").where(device="mobile")
    assert len(explorer.log.spans) == len(wanted.spans)
    assert explorer.log.traces["input"].notna().sum() == wanted.traces["input"].notna().sum()
    assert not {"traces", "spans", "scores"} & set(vars(log))
