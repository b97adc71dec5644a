import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from chdb.session import Session

import agentlens as al
from agentlens.engines.log import EngineLog
from tests.engines.langfuse_rows import create, event, insert, observation, score

pytestmark = pytest.mark.engine

SESSION: Any = Session  # it has no types
MONTHS = pd.date_range("2026-01-15", periods=8, freq="MS", tz="UTC")
HOURS = ("04:00", "10:00", "16:00")
NOW = "2026-06-01", "2026-06-02"
_ABOVE = "parent_span_id"
PARTS = {"scores": (7, 10)}  # those of since then, however late
"""Of how many months of how many a question of that day reads rows; of other tables, of (1, 8)."""
DAYS = [f"{month:%Y-%m}-{day}" for month in MONTHS for day in ("01", "24", "28")]
BEGUN = [f"{day} {hour}:00" for day in DAYS for hour in HOURS]
CALL: dict[str, Any] = {"type": "GENERATION", "usage_details": {"input": 7, "output": 2}}


def steps(make: Callable[..., dict[str, Any]], parent: str) -> list[dict[str, Any]]:
    """Return a root, a call a day later, and in some traces a search, for each start."""
    rows = []
    for n, start in enumerate(BEGUN):
        own: dict[str, Any] = {"trace_id": f"t{n}", "input": f"ask {n}", "output": f"told {n}"}
        later = f"{pd.Timestamp(start) + pd.Timedelta('1D'):%Y-%m-%d %H:%M:%S}"
        level = "ERROR" if n % 7 == 3 else "DEFAULT"
        rows.append(make(f"root{n}", start, level=level, **own))
        rows.append(make(f"call{n}", later, **own, **{parent: f"root{n}"}, **CALL))
        if n % 4 == 1:
            rows.append(make("search", later, **own | {parent: f"root{n}", "type": "TOOL"}))
    return rows


def scores() -> list[dict[str, Any]]:
    """Return a score of each trace, every other one given two months later."""
    late = [pd.Timestamp(one) + pd.Timedelta(f"{n % 2 * 60}D") for n, one in enumerate(BEGUN)]
    times = [{"timestamp": f"{one:%Y-%m-%d %H:%M:%S}"} for one in late]
    return [score(f"s{n}", trace_id=f"t{n}", value=n % 5 / 4, **one) for n, one in enumerate(times)]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    held = SESSION()
    create(held, "now", ("events_core", "events_full", "scores"))
    new = [row | {"tags": ["vip"] * (row["trace_id"] == "t2")} for row in steps(event, _ABOVE)]
    insert(held, "events_core", new)
    insert(held, "events_full", new)
    insert(held, "scores", scores())
    create(held, "before", ("observations", "traces", "scores"))
    insert(held, "observations", steps(observation, "parent_observation_id"))
    insert(held, "traces", [_fact(n, start) for n, start in enumerate(BEGUN)])
    insert(held, "scores", scores())
    yield held
    held.close()


def _fact(n: int, start: str) -> dict[str, Any]:
    times = {"timestamp": start, "updated_at": start, "event_ts": start}
    return {"id": f"t{n}", "project_id": "p", "tags": ["vip"] * (n == 2)} | times


def opened(session: Any, database: str, **more: Any) -> EngineLog:
    session.query(f"USE {database}")
    return al.read_table(session, more, layout="langfuse_clickhouse", project="p")


def read(session: Any, sql: str) -> dict[str, set[tuple[int, int]]]:
    """Return how many months a question reads of how many, whenever it reads a table."""
    plan = session.query(f"EXPLAIN indexes = 1 {sql}", "TSVRaw").bytes().decode()
    found: dict[str, set[tuple[int, int]]] = {}
    for one in plan.split("ReadFromMergeTree (")[1:]:
        months = [[int(n) for n in each] for each in re.findall(r"Parts: (\d+)/(\d+)", one)]
        table = one[: one.index(")")].rpartition(".")[2]
        if months:  # without them a condition can never be true, and nothing is read
            found.setdefault(table, set()).add((months[-1][0], months[0][1]))
    return found


class Heard:
    """What is asked of ClickHouse while it is listened to, and how many rows it reads for that."""

    def __init__(self, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.questions: list[str] = []
        self.rows, self._ask = 0, session.query
        monkeypatch.setattr(session, "query", self._heard)

    def _heard(self, sql: str, *how: Any) -> Any:
        found = self._ask(sql, *how)
        self.questions.append(sql)
        self.rows += found.storage_rows_read()
        return found


ASKED: dict[str, Callable[[al.Log], object]] = {
    "rows": lambda log: (log.traces, log.spans, log.scores),
    "one trace": lambda log: log.trace("t37"),
    "a series": lambda log: al.series(
        log.last("20h").where(status="ok"), "score:quality", every="6h"
    ),
}


@pytest.mark.parametrize(
    "database, asked",
    [("before", "rows"), ("now", "rows"), ("now", "one trace"), ("now", "a series")],
)
def test_a_question_of_a_day_reads_the_months_about_that_day_alone(
    session: Any, database: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = opened(session, database).between(*NOW)
    with monkeypatch.context() as patch:
        heard = Heard(session, patch)
        assert ASKED[asked](part) is not None
    assert heard.questions
    for sql in heard.questions:
        found = read(session, sql)
        assert found == {table: {PARTS.get(table, (1, 8))} for table in found}


def test_a_verb_reads_the_months_of_its_two_periods_alone(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened(session, "now")
    assert log.stop > pd.Timestamp("2026-09-01", tz="UTC")
    with monkeypatch.context() as patch:
        heard = Heard(session, patch)
        now, before = ("2026-05-25", "2026-06-02"), ("2026-04-20", "2026-05-20")
        al.slices(log, "error_rate", ["status"], current=now, baseline=before)
    for sql in heard.questions:
        assert max(read(session, sql)["events_core"]) <= (3, 8)


SPANS: dict[str, Callable[[al.Log], al.Log]] = {
    "the last month of a year": lambda log: log.between("2025-12-01", "2026-09-01").last("35D"),
    "some of a month": lambda log: log.where(status="ok").between("2026-03-20", "2026-04-20"),
}


@pytest.mark.parametrize("database, spans", [("now", [*SPANS]), ("before", ["some of a month"])])
def test_rows_of_a_part_are_those_of_the_whole_that_began_in_it(
    session: Any, database: str, spans: list[str]
) -> None:
    log = opened(session, database)
    whole = log.plain()
    for span in spans:
        part, known = SPANS[span](log), SPANS[span](whole)
        assert len(known)
        for table in ("traces", "spans", "scores"):
            ours, theirs = (getattr(one, table).reset_index(drop=True) for one in (part, known))
            pd.testing.assert_frame_equal(ours, theirs)


def test_a_signal_is_of_the_same_rows_and_ever_sent_if_it_was_in_the_whole_log(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened(session, "now", vip="tag:vip", searched="span:search", liked="score:quality")
    names = ["vip", "searched", "liked"]
    with monkeypatch.context() as patch:
        heard = Heard(session, patch)
        rows = log.between(*NOW).columns("traces", names)
        few, heard.rows = heard.rows, 0
        assert len(log.columns("traces", names)) == len(BEGUN)
        many = heard.rows
    assert 0 < few < 0.5 * many  # a month of eight, and scores of seven of ten
    assert rows["vip"].tolist() == [0.0, 0.0, 0.0]
    assert rows["searched"].tolist() == [0.0, 1.0, 0.0]
    assert rows["liked"].tolist() == [36 % 5 / 4, 37 % 5 / 4, 38 % 5 / 4]


def test_a_trace_that_goes_on_is_none_that_began_and_what_is_not_seen_of_it_is_said(
    session: Any,
) -> None:
    create(session, "long", ("events_core",))
    day = "2026-06-{} 10:00:00".format
    rows = [event("root", day("03"), trace_id=one) for one in ("daily", "resting")]
    rows += [
        event(f"d{n}", day(n), trace_id="daily", parent_span_id="root")
        for n in ("04", "05", "06", "07", "08")
    ]
    rows.append(event("r", day("08"), trace_id="resting", parent_span_id="root", level="ERROR"))
    rows.append(event("own", day("07"), trace_id="own", level="ERROR"))
    insert(session, "events_core", rows)
    log = opened(session, "long")
    assert any("begun with the rest of it" in one for one in log.report["detail"])
    near, far = (log.between(one, "2026-06-09").traces for one in ("2026-06-05", "2026-06-07"))
    assert near["trace_id"].tolist() == ["own"]
    assert far["trace_id"].tolist() == ["own", "resting"]
