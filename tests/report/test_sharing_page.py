"""Is nobody found in any byte of a finished report that was made to be shared?"""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.report.sharing.choice import Sharing
from agentlens.report.sharing.merged import OTHER
from agentlens.report.sharing.shared import shared
from agentlens.tables.log import Log
from agentlens.tables.redact.saved.audit import audit_file
from tests.report.answers import WHEN
from tests.report.sharing_worlds import PLANTED, World, world

LEAST = 10
SIZES = st.fixed_dictionaries(
    {
        name: st.lists(st.integers(1, 14), min_size=1, max_size=3)
        for name in ("device", "segment", "release", "tier", "tool")
    }
)


def answers(log: Log, least: int) -> list[al.Result | str]:
    """Return Results that between them name every value that a log has."""
    return [
        al.control_chart(log, "error_rate", every="6h"),
        *(al.slices(log, "error_rate", by, current="2D", least_users=least) for by in CROSSINGS),
        al.slices(log, "tool_success", "tool", current="2D", least_users=least),
        al.find_slices(log, "error_rate", current="2D", least=10, least_users=least),
        al.drift(log, current="2D"),
        al.failures(log),
        al.emerging(log, current="2D"),
        al.worst(log),
    ]


CROSSINGS = (["device", "segment"], ["release", "tier"], ["device"], ["badge"])


def page_of(log: Log, folder: Path, least: int) -> bytes:
    """Return the bytes of a page that tells all of a log that is fit to be shared."""
    fit, audit = shared(log, Sharing(least=least))
    report = al.Report("Week", answers(fit, least), notes=[str(audit)])
    return report.save(folder / "week.html", generated=WHEN).read_bytes()


@settings(max_examples=5, deadline=None)
@given(sizes=SIZES, seed=st.integers(0, 99))
def test_no_value_of_few_users_is_in_any_byte_of_the_page(
    tmp_path_factory: pytest.TempPathFactory, sizes: dict[str, list[int]], seed: int
) -> None:
    made = world(sizes, users=60, seed=seed)
    page = page_of(made.log, tmp_path_factory.mktemp("page"), LEAST)
    small = {value for name in made.users for value in made.small(name, LEAST)}
    assert {value for value in small if value.encode() in page} == set()
    assert not small or OTHER.encode() in page
    assert b"customer-" not in page
    assert b"0 patterns found in the finished file" in page


def test_the_same_page_unshared_names_them_so_that_the_search_is_worth_something(
    tmp_path: Path,
) -> None:
    made = world({"device": [3, 4], "segment": [2, 9], "release": [5], "tier": [4], "tool": [3]})
    report = al.Report("Week", answers(made.log, 0))
    page = report.save(tmp_path / "week.html", generated=WHEN).read_bytes()
    small = {value for name in made.users for value in made.small(name, LEAST)}
    assert {value for value in small if value.encode() in page} >= {
        "deviceQz0w",
        "segmentQz0w",
        "releaseQz0w",
        "tierQz0w",
        "toolQz0w",
    }


def dirty() -> World:
    """Return a log with small slices, and with secrets in every text that a page may show."""
    made = world({"device": [3, 4], "segment": [2, 9], "tool": [3]}, users=60)
    log, said = made.log, "; ".join(["my name is Ottoline Quell", *PLANTED.values()])
    failed = log.spans["status"] == "error"
    traces = log.traces.assign(
        input=said,
        output=f"dear Ottoline Quell, {PLANTED['phone']}",
        user_id=log.traces["user_id"].replace("customer-1", PLANTED["user id"]),
        tags=log.traces["tags"].mask(log.traces.index % 2 == 0, PLANTED["email"]),
        prompt_version=f"for {PLANTED['email']}",
        meta_customer="Ottoline Quell",
    )
    spans = log.spans.assign(
        error_message=log.spans["error_message"].mask(failed, f"refused {PLANTED['email']}"),
        name=log.spans["name"].mask(failed, f"call_{PLANTED['secret']}"),
    )
    scores = pd.DataFrame(
        {
            "score_id": [f"c{i}" for i in range(80)],
            "trace_id": log.traces["trace_id"].head(80),
            "name": "helpful",
            "value": [float(i % 4 == 0) for i in range(80)],
            "source": ["human", "user"] * 40,
            "rater": ["zenobia@team.example", "Zenobia"] * 40,
            "comment": f"wrong: {said}",
        }
    )
    return replace(made, log=al.from_frames(traces, spans, scores))


@pytest.mark.parametrize("traces", [True, False])
def test_no_planted_secret_is_in_any_file_of_a_shared_week(tmp_path: Path, *, traces: bool) -> None:
    made = dirty()
    choice = Sharing(least=LEAST, traces=traces)
    week = al.weekly(made.log, week="2D", metrics=["error_rate"], share=choice)
    for suffix in (".html", ".md"):
        file = week.save(tmp_path / f"week{suffix}", generated=WHEN)
        whole = file.read_bytes()
        hidden = [*PLANTED.values(), "Quell", "Zenobia", "zenobia"]
        hidden += [one for name in made.users for one in made.small(name, LEAST)]
        assert [one for one in hidden if one.encode() in whole] == []
        assert b"Fit to be shared: " in whole
        assert b"0 patterns found in the finished file" in whole
        assert audit_file(file).empty
        assert al.Lake(tmp_path / "none").audit(report=file).empty


def test_what_was_overlooked_is_counted_in_the_finished_file(tmp_path: Path) -> None:
    fit, audit = shared(world({}).log, Sharing())
    chart = al.control_chart(fit, "error_rate", every="6h")
    notes = [str(audit), "Questions to ann@example.com."]
    file = al.Report("Week", [chart], notes=notes).save(tmp_path / "week.html", generated=WHEN)
    whole = file.read_text()
    assert "Look before you share: " in whole
    assert "1 pattern found in the finished file (1 e-mail address;" in whole
    assert audit_file(file)["rule"].tolist() == ["email"]
    assert al.Lake(tmp_path / "none").audit(report=file)["rule"].tolist() == ["email"]
