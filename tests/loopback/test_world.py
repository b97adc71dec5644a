"""Is the truth that the loopback server serves as varied as real traffic, and the same each time?"""

import tracemalloc
from collections import Counter

from tests.loopback import BigWorld, World
from tests.loopback.rows import END, Row, iso, micros
from tests.loopback.world.texts import ERRORS, price_text


def test_the_same_seed_gives_the_same_world_and_another_another() -> None:
    assert World(3).observations == World(3).observations
    assert World(3).scores == World(3).scores
    assert World(3).observations != World(4).observations


def test_a_world_is_as_large_as_asked() -> None:
    world = World(days=1.5, traces_per_day=60, spans_per_trace=8)
    assert len(world.traces()) == 90
    assert abs(len(world.observations) / 90 - 8) < 1
    assert world.start <= min(micros(row["startTime"]) for row in world.observations) / 1e6
    assert max(micros(row["timestamp"]) for row in world.traces()) / 1e6 < world.end


def test_spans_form_trees_inside_their_trace() -> None:
    world = World()
    place = {(row["traceId"], row["id"]): row for row in world.observations}
    assert len(place) == len(world.observations)
    for row in world.observations:
        assert row["isRootObservation"] == (row["parentObservationId"] is None)
        if not row["isRootObservation"]:
            parent = place[row["traceId"], row["parentObservationId"]]
            assert parent["startTime"] <= row["startTime"]
            assert parent["endTime"] is None or row["endTime"] <= parent["endTime"]


def _kinds(row: Row) -> str:
    costs, tokens = row["costDetails"], row["totalUsage"]
    if not tokens:
        return "no tokens"
    if not costs:
        return f"unpriced {row['totalCost']}"
    return "priced" if costs["total"] else "free"


def test_a_world_holds_everything_that_a_reader_must_get_right() -> None:
    world = World(traces_per_day=80)
    spans, traces = world.observations, world.traces()
    assert {row["statusMessage"] for row in spans} == {"", *ERRORS.values()}
    assert Counter(map(_kinds, spans)).keys() == {
        *("no tokens", "unpriced 0", "unpriced None", "free", "priced")
    }
    assert {row["type"] for row in spans} > {
        "AGENT",
        "GENERATION",
        "TOOL",
        "RETRIEVER",
        "GUARDRAIL",
    }
    assert {row["environment"] for row in traces} > {"production", "staging"}
    assert any(row["environment"].startswith("langfuse-") for row in traces)
    assert max(Counter(row["sessionId"] for row in traces if row["sessionId"]).values()) > 1
    assert any(not row["userId"] and not row["sessionId"] for row in traces)
    assert [row["id"] for row in spans if row["endTime"] is None]
    assert any(key.startswith("input_cache") for row in spans for key in row["usageDetails"])
    nested = {row["id"] for row in spans if row["type"] == "GENERATION"}
    assert any(
        row["type"] == "GENERATION" and row["parentObservationId"] in nested for row in spans
    )
    assert any(not text.isascii() for row in spans if (text := row["input"] or ""))
    releases = [row["release"] for row in traces]
    assert releases == sorted(releases)
    assert set(Counter(releases).values()) == {80}


def test_scores_come_in_every_kind_about_everything_from_everybody() -> None:
    scores = World().scores
    assert {row["dataType"] for row in scores} == {
        *("NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION")
    }
    assert {row["subject"]["kind"] for row in scores} == {
        *("trace", "observation", "session", "experiment")
    }
    assert {row["source"] for row in scores} == {"API", "EVAL", "ANNOTATION"}
    assert any("agentlens" in row["metadata"] for row in scores)
    configs = {row["id"]: row for row in World().score_configs}
    for row in scores:
        if row["configId"]:
            labels = [one["label"] for one in configs[row["configId"]]["categories"]]
            assert row["value"] in labels


def test_a_changed_world_leaves_the_first_as_it_was() -> None:
    world = World(days=0.5)
    before = [dict(row) for row in world.observations]
    other = world.changed(observations=lambda row: row | {"name": "new"} if row["tags"] else None)
    assert world.observations == before
    assert {row["name"] for row in other.observations} == {"new"}
    assert len(list(other.observations_below(END))) == len(other.observations) < len(before)
    assert other.scores == world.scores


def test_a_trace_of_the_table_is_what_its_spans_say() -> None:
    world = World(days=0.2)
    row = world.traces()[3]
    spans = [span for span in world.observations if span["traceId"] == row["id"]]
    assert row["timestamp"] == min(span["startTime"] for span in spans)
    assert sorted(row["observations"]) == sorted(span["id"] for span in spans)
    assert row["totalCost"] == round(sum(span["totalCost"] or 0 for span in spans), 12)
    ends = max(micros(span["endTime"]) for span in spans)
    assert row["latency"] == round((ends - micros(row["timestamp"])) / 1e6, 3)
    given = [one["id"] for one in world.scores if row["id"] in one["subject"].values()]
    assert sorted(row["scores"]) == sorted(given)


def test_a_big_world_is_never_held() -> None:
    world = BigWorld(4_000)
    tracemalloc.start()
    rows = sum(1 for _ in world.observations_below(END))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == world.n == 3_968
    assert most < 200_000


def test_a_big_world_is_told_by_number() -> None:
    world = BigWorld(640)
    entries = list(world.observations_below(END))
    keys = [entry.key for entry in entries]
    assert keys == sorted(keys, reverse=True)
    traces = Counter(entry.row["traceId"] for entry in entries)
    assert set(traces.values()) == {8}
    assert len(traces) == world.traces
    roots = {entry.row["id"]: entry.row for entry in entries if entry.row["isRootObservation"]}
    for _, row in entries:
        if row["parentObservationId"]:
            assert roots[row["parentObservationId"]]["traceId"] == row["traceId"]
    half = entries[300].key
    assert [entry.key for entry in world.observations_below(half)] == keys[301:]
    scores = list(world.scores_below(END))
    assert {one.row["subject"]["id"] for one in scores} <= traces.keys()
    assert len(scores) == world.traces // 10


def test_times_and_prices_are_written_as_the_api_writes_them() -> None:
    assert iso(1_777_886_324_250_999) == "2026-05-04T09:18:44.250Z"
    assert micros("2026-05-04T09:18:44.250Z") == 1_777_886_324_250_000
    assert micros("2026-05-04T11:18:44.25+02:00") == 1_777_886_324_250_000
    assert [price_text(one) for one in (2.5e-7, 0.0, None, 3e-12)] == ["2.5e-7", "0", None, "3e-12"]
