"""Does a sync that is asked to compare say where the lake and Langfuse count differently?"""

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.lake.lake import Lake
from agentlens.lake.sync.compare import settled_days
from agentlens.lake.sync.synced import Synced
from agentlens.sources.langfuse.check.asking import asked
from agentlens.sources.langfuse.check.counts import counted
from agentlens.sources.langfuse.coverage import Read
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.state import State
from tests.loopback import Clock, Faults, LangfuseServer, World, trouble
from tests.loopback.rows import Row

DAY = 86_400.0


@lru_cache(maxsize=1)
def world() -> World:
    return World(days=3, traces_per_day=8)


def synced(
    path: Path, server: LangfuseServer, days: float = 3.0, **more: Any
) -> tuple[Lake, Synced]:
    """Return a lake and what a sync said, so many days after the world's end."""
    now = world().end + days * DAY
    server.clock.advance(now - server.clock.now())
    lake = Lake(path, redact=None, clock=lambda: pd.Timestamp(now, unit="s", tz="UTC"))
    start, end = (pd.Timestamp(one, unit="s", tz="UTC") for one in (world().start, world().end))
    when: dict[str, Any] = {"since": start, "until": end, "text": "none", "verify": True}
    where = {
        "host": server.url,
        "public_key": server.public_key,
        "secret_key": server.secret_key,
        "clock": server.clock,
    }
    return lake, lake.sync("langfuse", **(when | where | more))


def per_day() -> dict[str, int]:
    days = pd.Series([row["startTime"][:10] for row in world().observations])
    return {str(day): int(n) for day, n in days.value_counts().items()}


def late(row: Row) -> Row:
    """Return some steps of the first day as they come days after they happened."""
    young = row["startTime"] < "2026-05-05" and int(row["id"][:2], 16) % 3 == 0
    return row | {"visible_from": world().end + 4 * DAY} if young else row


def hidden() -> int:
    return sum("visible_from" in late(row) for row in world().observations)


def test_a_lake_that_is_whole_says_so_after_one_more_request(tmp_path: Path) -> None:
    with LangfuseServer(world(), clock=Clock(world().end)) as server:
        _, done = synced(tmp_path, server)
        assert len(server.asked("v2/metrics")) == 1
    assert done.compared == "3 settled days: as many steps as Langfuse counts"
    assert done.facts()["compared"] == done.compared
    assert sum(per_day().values()) == done.spans


def test_it_is_not_asked_unless_it_was_said(tmp_path: Path) -> None:
    with LangfuseServer(world(), clock=Clock(world().end)) as server:
        _, done = synced(tmp_path, server, verify=False)
        assert not server.asked("v2/metrics")
    assert done.compared == ""


def test_a_difference_is_said_by_day_and_nothing_is_mended(tmp_path: Path) -> None:
    of = world().changed(observations=late)
    n = per_day()["2026-05-04"]
    assert hidden()
    with LangfuseServer(of, clock=Clock(world().end)) as server:
        synced(tmp_path, server)
        lake, done = synced(tmp_path, server, 4.0)
    words = f"1 of 3 settled days differ: 2026-05-04 has {n - hidden():,} here and {n:,} there."
    assert done.compared.startswith(words)
    assert done.complete
    log = lake.log()
    assert len(log.view.reader.read("spans")) == sum(per_day().values()) - hidden()
    said = log.report[log.report["action"] == "conflict"]
    assert said["n"].tolist() == [hidden()]
    assert said["detail"].str.contains("2026-05-04").all()
    assert said["severity"].tolist() == ["warn"]


def test_only_days_that_settled_are_compared(tmp_path: Path) -> None:
    with LangfuseServer(world(), clock=Clock(world().start)) as server:
        _, done = synced(tmp_path, server, 1.5, until=None)
        assert done.compared.startswith("2 settled days")
        _, early = synced(tmp_path / "early", server, 1.5, since="1D", until=None)
    assert early.compared == "no whole day has settled yet, so that there is nothing to compare"


@pytest.mark.parametrize("mode", ["v3", "v4"])
def test_a_server_that_cannot_count_costs_a_sentence(mode: Any, tmp_path: Path) -> None:
    plan = Faults().always(trouble.status(404, page=True), "v2/metrics")
    with LangfuseServer(world(), mode, clock=Clock(world().end), faults=plan) as server:
        _, done = synced(tmp_path, server)
    assert done.complete
    assert done.compared.startswith("not compared: ")
    assert "does not count its steps by day" in done.compared
    assert "404" in done.compared


def test_a_quota_that_is_used_up_costs_a_sentence_too(tmp_path: Path) -> None:
    plan = Faults().always(trouble.too_many(3600), "v2/metrics")
    with LangfuseServer(world(), clock=Clock(world().end), faults=plan) as server:
        _, done = synced(tmp_path, server)
    assert done.complete
    assert "wait 60 min" in done.compared


def test_files_have_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="asks Langfuse for its counts"):
        Lake(tmp_path, redact=None).sync("export.jsonl", verify=True)


def test_a_day_is_settled_where_all_of_it_was_read_two_days_after() -> None:
    def time(text: str) -> pd.Timestamp:
        return pd.Timestamp(f"2026-05-{text}", tz="UTC")

    reads = (
        Read(time("01T12:00"), time("03T00:00"), time("10")),
        Read(time("03T00:00"), time("04T00:00"), time("05T23:00")),
        Read(time("05T00:00"), time("06T06:00"), time("09")),
        Read(time("06T06:00"), time("07T00:00"), time("20")),
    )
    assert settled_days(State(observations=reads)) == [time("02"), time("05"), time("06")]
    assert settled_days(State()) == []


def test_more_than_a_hundred_days_are_one_question() -> None:
    root = next(row for row in world().observations if row["isRootObservation"])
    first = pd.Timestamp(world().start, unit="s", tz="UTC") - pd.Timedelta("150D")
    days = [f"{first + n * pd.Timedelta('1D'):%Y-%m-%d}" for n in range(150)]
    rows = [
        root | {"id": f"{hour:016x}", "traceId": day, "startTime": f"{day}T{hour:02d}:00:00.000Z"}
        for day in days
        for hour in range(8)
    ]
    with LangfuseServer(world().holding(rows, []), clock=Clock(world().end)) as server:
        settings = Settings(server.url, server.public_key, server.secret_key)
        end = first + pd.Timedelta("150D")
        found = asked(settings, partial(counted, first=first, end=end), clock=server.clock)
        assert len(server.asked("v2/metrics")) == 1
    assert found == dict.fromkeys(days, 8)
