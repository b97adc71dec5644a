"""Is the report of a week printed from a lake the same one when it is printed again?"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

import agentlens as al
from agentlens.report.parts.facts import facts
from agentlens.report.parts.points import pointed
from agentlens.report.weekly import Weekly
from agentlens.tables.log import Log
from tests.lake.worlds import Clock

WHEN = datetime(2026, 11, 23, 8, tzinfo=UTC)
SYNCED = pd.Timestamp("2026-11-16 01:00", tz="UTC")


@pytest.fixture(scope="module")
def small() -> Log:
    return al.demo(traces_per_day=120)


@pytest.fixture(scope="module")
def kept(small: Log, tmp_path_factory: pytest.TempPathFactory) -> al.Lake:
    return lake_of(small, tmp_path_factory.mktemp("kept") / "lake")[0]


@pytest.fixture(scope="module")
def printed(kept: al.Lake) -> Weekly:
    return al.weekly(kept, week="last")


def lake_of(log: Log, folder: Path) -> tuple[al.Lake, Clock]:
    """Return a lake that took a log when its last week had ended, and the lake's clock."""
    clock = Clock(SYNCED)
    lake = al.Lake(folder, redact=None, clock=clock)
    lake.sync(log)
    return lake, clock


def page(report: Weekly, folder: Path) -> bytes:
    return report.save(folder / "week.html", generated=WHEN).read_bytes()


def known(report: Weekly) -> str:
    answers = {
        one.id: one
        for section in report.sections.values()
        for one in section.items
        if isinstance(one, al.Result)
    }
    return facts(answers, "", "")


def test_a_lake_and_the_log_in_it_give_the_same_answers(small: Log, printed: Weekly) -> None:
    of_log = al.weekly(small, week="last")
    assert known(printed) == known(of_log)
    assert [one.says for one in pointed(printed.actions)] == [
        one.says for one in pointed(of_log.actions)
    ]


def test_printed_twice_it_is_the_same_file(kept: al.Lake, printed: Weekly, tmp_path: Path) -> None:
    first, again = (page(one, tmp_path) for one in (printed, al.weekly(kept, week="last")))
    assert first == again
    assert "weekly report of 2026-11-09 to 2026-11-16" in kept.snapshots()["kept_for"].tolist()


def test_what_came_later_changes_it_and_as_of_its_date_it_is_the_first_again(
    small: Log, tmp_path: Path
) -> None:
    lake, clock = lake_of(small, tmp_path / "lake")
    first = page(al.weekly(lake, week="2026-W46", as_of=SYNCED), tmp_path)
    clock.tick("3D")
    ids = small.between("2026-11-09", "2026-11-16").traces["trace_id"].head(40)
    late = pd.DataFrame(
        {
            "score_id": [f"late-{n}" for n in range(40)],
            "trace_id": ids,
            "name": "goal_completion",
            "value": 0.0,
            "source": "human",
            "time": SYNCED + pd.Timedelta("2D"),
        }
    )
    lake.sync(replace(small, scores=pd.concat([small.scores, late], ignore_index=True)))
    assert page(al.weekly(lake, week="2026-W46"), tmp_path) != first
    assert page(al.weekly(lake, week="2026-W46", as_of=SYNCED), tmp_path) == first
