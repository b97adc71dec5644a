"""Does each fault do what it says, when it was planned to?"""

import gzip
import json
import threading
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.loopback import Clock, Fault, Faults, LangfuseServer, World, cursors, trouble
from tests.loopback.asking import asking, cursor_pages, every_observation

WORLD = World(days=0.3)
EVERYTHING = {row["id"] for row in WORLD.observations}
PATH = "v2/observations"


def _answers(faults: Faults, number: int, timeout: float = 10.0) -> list[str]:
    """Return what comes of asking a number of times: a status, or the name of an error."""
    outcomes = []
    with LangfuseServer(WORLD, faults=faults) as server, asking(server, timeout) as client:
        for _ in range(number):
            try:
                answer = client.get(PATH)
                answer.json()
                outcomes.append(str(answer.status_code))
            except (httpx.HTTPError, ValueError) as error:
                outcomes.append(type(error).__name__)
    return outcomes


def _one(fault: Fault, **params: Any) -> httpx.Response:
    with LangfuseServer(WORLD, faults=Faults().always(fault)) as server, asking(server) as client:
        return client.get(PATH, params=params)


@pytest.mark.parametrize(
    "fault,outcome",
    [
        (trouble.status(500), "500"),
        (trouble.status(503), "503"),
        (trouble.unauthorized(), "401"),
        (trouble.reset(), "ReadError"),
        (trouble.lost_answer(), "ReadError"),
        (trouble.cut(), "RemoteProtocolError"),
        (trouble.cut_json(), "JSONDecodeError"),
        (trouble.html_page(), "JSONDecodeError"),
        (trouble.too_many(), "429"),
        (trouble.timed_out(limit=10), "422"),
    ],
)
def test_a_fault_shows_itself_once_and_the_server_goes_on(fault: Fault, outcome: str) -> None:
    assert _answers(Faults().at(1, fault), 3) == ["200", outcome, "200"]


def test_an_answer_that_hangs_never_comes() -> None:
    assert _answers(Faults().always(trouble.hang()), 2, 0.2) == ["ReadTimeout", "ReadTimeout"]


def test_a_cut_packed_answer_cannot_be_unpacked_whole() -> None:
    faults = Faults().always(trouble.cut_gzip())
    with (
        LangfuseServer(WORLD, faults=faults) as server,
        asking(server) as client,
        client.stream("GET", PATH) as answer,
    ):
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-length"] == str(len(raw))
    with pytest.raises(EOFError):
        gzip.decompress(raw)


def test_a_gateway_answers_with_a_web_page() -> None:
    for code in (502, 524):
        answer = _one(trouble.status(code))
        assert answer.status_code == code
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.startswith("<!DOCTYPE html>")


def test_every_answer_is_packed_when_asked_and_only_then() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        packed = client.get(PATH)
        loose = client.get(PATH, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in loose.headers
    assert packed.json() == loose.json()


@pytest.mark.parametrize("seconds", [2, 3600])
def test_retry_after_is_in_seconds(seconds: int) -> None:
    answer = _one(trouble.too_many(seconds, limit=30))
    assert answer.headers["retry-after"] == str(seconds)
    assert answer.headers["x-ratelimit-limit"] == "30"
    assert answer.json()["details"]["retryAfterSeconds"] == seconds


@pytest.mark.parametrize("seconds", [90, -90])
def test_retry_after_is_a_date_by_the_clock(seconds: int) -> None:
    clock = Clock(1_777_900_000.0)
    answer = _one(trouble.too_many(seconds, clock=clock))
    at = parsedate_to_datetime(answer.headers["retry-after"]).timestamp()
    assert at == clock.now() + seconds


def test_retry_after_may_be_missing() -> None:
    answer = _one(trouble.too_many())
    assert "retry-after" not in answer.headers
    assert "details" not in answer.json()


def test_a_bucket_gives_so_many_answers_a_minute() -> None:
    clock = Clock()
    faults = Faults().always(trouble.bucket(3, clock))
    codes = []
    with LangfuseServer(WORLD, clock=clock, faults=faults) as server, asking(server) as client:
        for seconds in (0, 10, 10, 10, 29, 2, 1):
            clock.advance(seconds)
            codes.append(client.get(PATH).status_code)
        wait = float(client.get(PATH).headers["retry-after"])
        clock.advance(wait)
        codes.append(client.get(PATH).status_code)
    assert codes == [200, 200, 200, 429, 429, 200, 429, 200]


def test_the_date_of_an_answer_is_the_clock_s() -> None:
    clock = Clock(1_800_000_000.0)
    with LangfuseServer(WORLD, clock=clock) as server, asking(server) as client:
        date = client.get("health").headers["date"]
        clock.advance(61)
        client.get("projects")
        assert [seen.time - 1_800_000_000 for seen in server.requests] == [0, 61]
    assert parsedate_to_datetime(date).timestamp() == 1_800_000_000


def test_a_plan_strikes_when_it_says() -> None:
    bad = trouble.status(500)
    assert _answers(Faults().every(3, bad), 7) == ["200", "200", "500"] * 2 + ["200"]
    assert _answers(Faults().at(range(1, 3), bad), 4) == ["200", "500", "500", "200"]
    assert _answers(Faults().always(bad, times=2), 3) == ["500", "500", "200"]
    assert _answers(Faults().always(bad, "v3/scores"), 2) == ["200", "200"]
    both = Faults().at(0, bad).at(1, trouble.status(503))
    assert _answers(both, 3) == ["500", "503", "200"]
    assert both.struck == 2


def test_chance_strikes_as_often_as_it_says_and_the_same_each_time() -> None:
    first, second, other = (
        _answers(Faults(seed).sometimes(0.2, trouble.status(500)), 100) for seed in (1, 1, 2)
    )
    assert first == second != other
    assert 10 <= first.count("500") <= 30


def test_health_is_not_struck_unless_named() -> None:
    faults = Faults().always(trouble.status(500))
    with LangfuseServer(WORLD, faults=faults) as server, asking(server) as client:
        assert [client.get(path).status_code for path in ("health", "projects", PATH)] == [
            *(200, 200, 500)
        ]
    named = Faults().always(trouble.status(500), "health")
    with LangfuseServer(WORLD, faults=named) as server, asking(server) as client:
        assert client.get("health").status_code == 500


def test_too_much_at_a_time_is_422() -> None:
    fault = trouble.timed_out(limit=250, hours=1)
    hour = {"fromStartTime": "2026-05-04T00:00:00Z", "toStartTime": "2026-05-04T01:00:00Z"}
    longer = hour | {"toStartTime": "2026-05-04T01:00:01Z"}
    assert _one(fault, limit=250, **hour).status_code == 200
    assert _one(fault, limit=251, **hour).status_code == 422
    assert _one(fault, limit=50, **longer).status_code == 422
    assert _one(fault, limit=50).json()["error"] == "Request timed out"


def _walk(fault: Fault, most: int = 12, limit: int = 50) -> tuple[list[int], list[str]]:
    """Return the lengths of the first pages, and their cursors."""
    lengths, following = list[int](), list[str]()
    with LangfuseServer(WORLD, faults=Faults().always(fault)) as server, asking(server) as client:
        cursor: dict[str, str] = {}
        while len(lengths) < most:
            body = client.get(PATH, params={"limit": str(limit)} | cursor).json()
            lengths.append(len(body["data"]))
            following.append(body["meta"].get("cursor", ""))
            if not following[-1]:
                break
            cursor = {"cursor": following[-1]}
    return lengths, following


def test_a_repeating_cursor_does_not_advance() -> None:
    lengths, following = _walk(cursors.repeating())
    assert set(lengths) == {50}
    assert len(set(following)) == 1


def test_an_endless_cursor_is_always_new() -> None:
    lengths, following = _walk(cursors.endless())
    assert set(lengths) == {50}
    assert len(set(following)) == 12


def test_empty_pages_come_between_full_ones_and_nothing_is_lost() -> None:
    lengths, following = _walk(cursors.empty_pages(2))
    full = len(EVERYTHING) // 50
    assert lengths == [50, *([0, 0, 50] * (full - 1)), 0, 0, len(EVERYTHING) % 50]
    assert not following[-1]
    faults = Faults().always(cursors.empty_pages(1))
    with LangfuseServer(WORLD, faults=faults) as server:
        assert {row["id"] for row in every_observation(server, 20)} == EVERYTHING


def test_an_old_cursor_is_refused() -> None:
    clock = Clock()
    faults = Faults().always(cursors.expiring(30, clock))
    with LangfuseServer(WORLD, clock=clock, faults=faults) as server, asking(server) as client:
        cursor = client.get(PATH).json()["meta"]["cursor"]
        clock.advance(30)
        assert client.get(PATH, params={"cursor": cursor}).status_code == 200
        clock.advance(1)
        refused = client.get(PATH, params={"cursor": cursor})
        assert (refused.status_code, refused.json()["message"]) == (400, "Invalid cursor format")


def test_an_unknown_cursor_is_refused_but_a_first_page_is_not() -> None:
    assert _one(cursors.unknown_cursor()).status_code == 200
    assert _one(cursors.unknown_cursor(), cursor="x").status_code == 400


def test_repeated_rows_come_again_on_the_next_page() -> None:
    faults = Faults().always(cursors.repeated_rows(3))
    with LangfuseServer(WORLD, faults=faults) as server, asking(server) as client:
        pages = list(cursor_pages(client, PATH, limit=40))
    ids = [[row["id"] for row in page] for page in pages]
    assert all(later[:3] == earlier[-3:] for earlier, later in pairwise(ids))
    assert {one for page in ids for one in page} == EVERYTHING


def test_what_a_lost_answer_asked_for_was_done() -> None:
    score = {
        "id": "one",
        "name": "n",
        "value": 1,
        "traceId": "t",
        "timestamp": "2026-05-04T00:00:00Z",
    }
    for fault, kept in ((trouble.lost_answer(), 1), (trouble.cut(), 1), (trouble.reset(), 0)):
        faults = Faults().at(0, fault, "scores")
        with LangfuseServer(WORLD, faults=faults) as server, asking(server) as client:
            with pytest.raises(httpx.TransportError):
                client.post("scores", content=json.dumps([score]))
            assert len(server.written) == kept


def test_a_held_answer_comes_when_the_test_lets_it() -> None:
    event = threading.Event()
    faults = Faults().at(0, trouble.held(event))
    with LangfuseServer(WORLD, faults=faults) as server, asking(server, timeout=0.1) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(PATH)
        assert client.get(PATH, timeout=5.0).status_code == 200  # others are not held
    assert event.is_set()
    event.clear()
    faults = Faults().at(0, trouble.held(event))
    with LangfuseServer(WORLD, faults=faults) as server, asking(server) as client:
        server.on_request = event.set
        assert client.get(PATH).status_code == 200


def test_a_slow_answer_lets_the_clock_run() -> None:
    clock = Clock(1_800_000_000.0)
    faults = Faults().at(0, trouble.slow(30, clock))
    with LangfuseServer(WORLD, clock=clock, faults=faults) as server, asking(server) as client:
        assert client.get(PATH).status_code == 200
    assert clock.now() == 1_800_000_030


def test_an_answer_may_be_altered() -> None:
    answer = _one(trouble.altered(lambda text: text.replace(b'"AGENT"', b'"NOVEL"')))
    assert "NOVEL" in {row["type"] for row in answer.json()["data"]}
    assert answer.headers["content-type"].startswith("application/json")
