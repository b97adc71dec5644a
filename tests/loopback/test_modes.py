"""Does a server of each mode say what servers of its kind say?"""

from typing import Any

import httpx
import pytest

from tests.loopback import LangfuseServer, Quirks, World
from tests.loopback.asking import asking

WORLD = World(days=0.1)
V4_ONLY = "only available in a Langfuse v4 write mode"
EVENTS_ONLY = "not available on deployments running in Langfuse v4 events_only mode"


def _ask(path: str, mode: Any, quirks: Quirks | None = None, **options: Any) -> httpx.Response:
    with LangfuseServer(WORLD, mode, quirks=quirks) as server, asking(server) as client:
        return client.get(path, **options)


@pytest.mark.parametrize("mode", ["v4", "events_only"])
def test_version_4_answers_the_new_addresses_and_sends_the_old_away(mode: Any) -> None:
    for path in ("v2/observations", "v3/scores"):
        assert _ask(path, mode).status_code == 200
    for path in ("traces", "observations", "scores", "v2/scores", "sessions", "traces/x"):
        answer = _ask(path, mode)
        assert answer.status_code == 404
        assert EVENTS_ONLY in answer.json()["message"]
        assert answer.json()["error"] == "LangfuseNotFoundError"


def test_version_3_is_the_mirror_image() -> None:
    for path in ("traces", "observations", "scores", "v2/scores"):
        assert _ask(path, "v3").status_code == 200
    assert V4_ONLY in _ask("v2/observations", "v3").json()["message"]
    page = _ask("v2/observations", "v3", Quirks(unknown="html"))
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert _ask("v2/observations", "v3", Quirks(unknown="501")).status_code == 501
    assert _ask("v3/scores", "v3").status_code == 404
    assert _ask("v2/scores", "v3", Quirks(v2_scores=False)).status_code == 404
    assert _ask("scores", "v3", Quirks(v2_scores=False)).status_code == 200


def test_neither_road_is_open() -> None:
    assert V4_ONLY in _ask("v2/observations", "neither").json()["message"]
    assert EVENTS_ONLY in _ask("traces", "neither").json()["message"]
    assert _ask("health", "neither").status_code == 200


def test_a_web_page_may_be_in_front() -> None:
    for path in ("health", "v2/observations"):
        answer = _ask(path, "html")
        assert answer.status_code == 200
        assert "text/html" in answer.headers["content-type"]
        assert "Sign in" in answer.text


@pytest.mark.parametrize("to", ["/auth/sign-in", "https://elsewhere.example/login"])
def test_a_server_may_send_everybody_elsewhere(to: str) -> None:
    answer = _ask("health", "redirect", Quirks(redirect_to=to))
    assert answer.is_redirect
    assert answer.headers["location"] == to


def test_only_the_right_key_is_let_in() -> None:
    wrong = _ask("projects", "v4", auth=("pk-lf-loopback", "sk-lf-other"))
    assert wrong.status_code == 401
    assert wrong.json()["message"].startswith("Invalid credentials. Confirm that")
    with LangfuseServer(WORLD) as server, httpx.Client(base_url=server.url) as client:
        nobody = client.get("/api/public/v2/observations")
        assert nobody.json() == {"message": "No authorization header"}
        assert client.get("/api/public/health").status_code == 200


def test_the_mode_changes_after_so_many_requests() -> None:
    quirks = Quirks(switch={2: "v3", 4: "events_only"})
    with LangfuseServer(WORLD, "v4", quirks=quirks) as server, asking(server) as client:
        codes = [client.get("v2/observations").status_code for _ in range(5)]
    assert codes == [200, 200, 404, 404, 200]


def test_a_server_may_live_below_a_path() -> None:
    with LangfuseServer(WORLD, quirks=Quirks(prefix="/tools/langfuse")) as server:
        assert server.url.endswith("/tools/langfuse")
        with asking(server) as client:
            assert client.get("v2/observations").status_code == 200
        with httpx.Client(base_url=server.url.removesuffix("/tools/langfuse")) as client:
            assert client.get("/api/public/health").status_code == 404


def test_an_address_that_there_is_not_is_a_web_page_and_a_wrong_method_is_not() -> None:
    assert "text/html" in _ask("nonsense", "v4").headers["content-type"]
    with LangfuseServer(WORLD) as server, asking(server) as client:
        answer = client.delete("v2/observations")
        assert (answer.status_code, answer.json()["error"]) == (405, "MethodNotAllowedError")


def test_requests_are_remembered_in_order() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        client.get("health")
        client.get("v2/observations", params=[("environment", "a"), ("environment", "b")])
        assert [(one.method, one.path, one.params) for one in server.requests] == [
            ("GET", "/api/public/health", {}),
            ("GET", "/api/public/v2/observations", {"environment": "a,b"}),
        ]
        assert len(server.asked("v2/")) == 1


def test_a_version_goes_with_the_mode_unless_said() -> None:
    assert _ask("health", "v3").json() == {"status": "OK", "version": "3.160.0"}
    assert _ask("health", "events_only").json()["version"] == "4.16.0"
    assert _ask("health", "v4", Quirks(version="4.99.1")).json()["version"] == "4.99.1"


def test_core_fields_of_old_traces_say_minus_one() -> None:
    rows = _ask("traces", "v3", params={"fields": "core"}).json()["data"]
    for row in rows:
        assert (row["totalCost"], row["latency"]) == (-1, -1)
        assert (row["input"], row["metadata"], row["scores"]) == (None, {}, [])
    whole = _ask("traces", "v3").json()["data"]
    truth = {row["id"]: row for row in WORLD.traces()}
    for row in whole:
        known = truth[row["id"]]
        assert row["totalCost"] == known["totalCost"]
        assert row["observations"] == known["observations"]
        assert row["userId"] == (known["userId"] or None)


def test_old_scores_say_a_number_and_a_text() -> None:
    rows = {row["id"]: row for row in _ask("v2/scores", "v3", params={"limit": 100}).json()["data"]}
    categories = {"solved": 1, "unsolved": 0}
    for score in WORLD.scores:
        told = rows[score["id"]]
        value, text = {
            "NUMERIC": (score["value"], None),
            "BOOLEAN": (float(score["value"] is True), str(score["value"])),
            "CATEGORICAL": (
                categories.get(score["value"], 0) * bool(score["configId"]),
                score["value"],
            ),
            "TEXT": (0, score["value"]),
            "CORRECTION": (0, score["value"]),
        }[score["dataType"]]
        assert (told["value"], told["stringValue"]) == (value, text)
        assert "cursor" not in told


def test_newer_servers_may_say_more() -> None:
    quirks = Quirks(extra_keys={"novel": 1}, headers={"X-Novel": "yes"})
    for path in ("v2/observations", "v3/scores", "projects"):
        answer = _ask(path, "v4", quirks)
        assert all(row["novel"] == 1 for row in answer.json()["data"])
        assert answer.headers["x-novel"] == "yes"
