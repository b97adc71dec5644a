"""Do slice columns hold what the application says, and nothing that nobody knows?"""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from agentlens.sources.signals.slices import History, device_of
from tests.sources.signals.logs import derived
from tests.sources.signals.talks import NOW, Tables

NONE = pd.DataFrame({"trace_id": pd.Series(dtype="str")})
KEYS = ["trace_id", "key", "value"]
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0"

DEVICES = {
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) {_SAFARI} Mobile/15E148": "mobile",
    "Mozilla/5.0 (Linux; Android 16; Pixel 10) Chrome/140.0 Mobile Safari/537.36": "mobile",
    "Mozilla/5.0 (Linux; Android 16; SM-X910) Chrome/140.0 Safari/537.36": "tablet",
    f"Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) {_SAFARI} Mobile/15E148": "tablet",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36": "desktop",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) {_SAFARI} Safari/605.1.15": "desktop",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "desktop",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://example.org/bot.html)": "bot",
    "python-requests/2.32": "api",
    "curl/8.10": "api",
    "okhttp/5.0": "api",
    "api": "api",
    "android": "mobile",
    "iOS": "mobile",
    "macOS": "desktop",
    "Tablet": "tablet",
    "kiosk": "kiosk",
    "Checkout-Widget": "Checkout-Widget",
    "robotics": "robotics",
}


def _log(n: int = 4, keys: list[tuple[str, str, str]] | None = None, **more: Any) -> Tables:
    base = {
        "trace_id": [f"t{i}" for i in range(n)],
        "start": [NOW - pd.Timedelta(n - i, "h") for i in range(n)],
        "status": "ok",
    }
    metadata = pd.DataFrame(keys or [], columns=KEYS).astype("str")
    return Tables(pd.DataFrame(base | more), NONE, NONE, metadata)


def _listed(values: pd.Series) -> list[Any]:
    return [None if pd.isna(one) else one for one in values]


@pytest.mark.parametrize("said", DEVICES)
def test_a_device_is_read_off_a_user_agent_and_else_stays_as_it_is(said: str) -> None:
    assert device_of(said) == DEVICES[said]


def test_slices_come_from_the_first_key_that_is_there() -> None:
    keys = [
        ("t0", "intent", " Refund "),
        ("t1", "category", "billing"),
        ("t1", "Task-Type", "Invoice"),
        ("t0", "plan", "gold"),
        ("t2", "user agent", "curl/8"),
        ("t3", "attributes.gen_ai.workflow.name", "returns"),
        ("t3", "visit", "7"),
    ]
    log = _log(keys=keys, tags=["x", None, "task:pay,plan:basic", None], name=list("abca"))
    found = derived(log).traces
    assert _listed(found["task_type"]) == ["Refund", "Invoice", "pay", "returns"]
    assert _listed(found["segment"]) == ["gold", None, "basic", None]
    assert _listed(found["device"]) == [None, None, "api", None]
    assert _listed(found["session_number"]) == [None, None, None, 7]


def test_a_device_that_was_there_is_not_rewritten() -> None:
    log = _log(keys=[("t1", "os", "iOS 19")], device=["curl/8", None, None, None])
    assert _listed(derived(log).traces["device"]) == ["curl/8", "mobile", None, None]


def test_names_stand_in_for_tasks_only_where_nobody_says_any_and_there_are_a_few() -> None:
    named = _log(name=["a", "b", "a", None])
    assert _listed(derived(named).traces["task_type"]) == ["a", "b", "a", None]
    said = replace(named, metadata=pd.DataFrame([("t0", "intent", "pay")], columns=KEYS))
    assert _listed(derived(said).traces["task_type"]) == ["pay", None, None, None]
    assert derived(_log(name="a")).traces["task_type"].isna().all()
    many = _log(60, name=[f"n{i}" for i in range(60)])
    assert derived(many).traces["task_type"].isna().all()


def test_sessions_are_numbered_only_where_the_users_whole_history_is_there() -> None:
    days = [0, 1, 1, 95, 100, 100]
    log = _log(
        6,
        user_id=["u", "u", "u", "u", "v", None],
        session_id=["s1", "s2", "s2", "s3", "s4", "s5"],
    )
    begin = NOW - pd.Timedelta("200D")
    log = replace(log, traces=log.traces.assign(start=[begin + pd.Timedelta(d, "D") for d in days]))

    def numbers(**more: Any) -> list[Any]:
        return _listed(derived(log, **more).traces["session_number"])

    assert numbers() == [None] * 6
    assert numbers(history=History(begin)) == [None, None, None, 3, 1, None]
    assert numbers(history=History(begin - pd.Timedelta("90D"))) == [1, 2, 2, 3, 1, None]
    seen = pd.Series({"u": begin, "v": begin - pd.Timedelta("1D")})
    assert numbers(history=History(begin, first_seen=seen)) == [1, 2, 2, 3, 1, None]
    keys = pd.DataFrame([("t0", "first_seen", str(begin))], columns=KEYS)
    told = derived(replace(log, metadata=keys), history=History(begin)).traces["session_number"]
    assert _listed(told) == [1, None, None, 3, 1, None]


def test_sessions_that_are_known_from_elsewhere_count() -> None:
    begin = NOW - pd.Timedelta("200D")
    log = _log(2, user_id=["u", "v"], session_id=["s3", "s1"])
    log = replace(log, traces=log.traces.assign(start=[NOW, NOW]))
    visits = pd.DataFrame(
        {
            "user_id": ["u", "u", "u", "v", None],
            "session_id": ["s1", "s2", "s3", "s1", "s9"],
            "start": [begin, begin + pd.Timedelta("1D"), NOW, NOW, begin],
        }
    )
    found = derived(log, history=History(begin, visits)).traces["session_number"]
    assert _listed(found) == [3, 1]
    assert _listed(derived(log, history=History(begin)).traces["session_number"]) == [1, 1]


def test_keys_that_many_traces_carry_with_few_values_become_columns() -> None:
    keys = [("t0", "Region", " eu "), ("t1", "region", "us"), ("t2", "Region", "us")]
    keys += [("t0", "attributes.http.route", "/x"), ("t1", "scope.name", "y")]
    keys += [(f"t{i}", "request id", f"r{i}") for i in range(300)]
    keys += [("t7", "rare", "x"), ("t8", "plan", "gold")]
    found = derived(_log(300, keys=keys))
    assert _listed(found.traces["meta_Region"])[:4] == ["eu", "us", "us", None]
    assert [str(one) for one in found.traces if str(one).startswith("meta_")] == ["meta_Region"]
    lines = {one.field: one for one in found.problems if one.field.startswith("metadata")}
    assert set(lines) == {"metadata.Region", "metadata.request id", "metadata.rare"}
    assert "300 distinct values" in lines["metadata.request id"].detail
    assert lines["metadata.Region"].n == 3


def test_only_the_fifty_commonest_keys_become_columns() -> None:
    keys = [(f"t{i}", f"k{k:03d}", "v") for k in range(260) for i in range(3 + (k < 30))]
    found = derived(_log(4, keys=keys))
    columns = [str(one) for one in found.traces if str(one).startswith("meta_")]
    assert len(columns) == 50
    assert columns[:30] == [f"meta_k{k:03d}" for k in range(30)]
    last = [one for one in found.problems if one.field == "metadata"]
    assert last[0].detail.startswith("60 further metadata keys")
