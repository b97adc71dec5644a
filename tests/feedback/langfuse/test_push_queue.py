"""Is each trace in the queue exactly once?"""

from typing import Any

import pytest

from agentlens.errors import BadInputError, SourceError, UnknownNameError
from agentlens.feedback.langfuse.line import Waiting
from agentlens.feedback.langfuse.queue import push_queue
from tests.feedback.langfuse.pushing import TRACES, WORLD, scored_log, to
from tests.loopback import Fault, Faults, LangfuseServer, trouble

CONFIG = WORLD.score_configs[0]


def _queued(server: LangfuseServer) -> list[str]:
    return sorted(item["objectId"] for item in server.state.queue_items)


def _push(server: LangfuseServer, n: int = 5, **more: Any) -> Any:
    return push_queue(scored_log(n), "triage", CONFIG["name"], **{**to(server), **more})


def test_a_queue_is_made_once_and_holds_each_trace_once() -> None:
    with LangfuseServer(WORLD) as server:
        assert _push(server, 3).headline == "Of 3 items: 3 sent."
        done = _push(server, 5)
        assert (len(done.ids("already there")), len(done.ids("sent"))) == (3, 2)
        assert _queued(server) == sorted(TRACES[:5])
        (queue,) = server.state.queues.values()
        assert queue["scoreConfigIds"] == [CONFIG["id"]]


@pytest.mark.parametrize(
    "fault",
    [trouble.lost_answer(), trouble.cut(), trouble.cut_json(), trouble.status(502, after=True)],
)
@pytest.mark.parametrize("every", [2, 3])
def test_lost_answers_leave_each_trace_once(fault: Fault, every: int) -> None:
    faults = Faults().every(every, fault, "annotation-queues")
    with LangfuseServer(WORLD, faults=faults) as server:
        assert set(_push(server).frame["state"]) == {"sent"}
        assert faults.struck
        assert _queued(server) == sorted(TRACES[:5])
        assert len(server.state.queues) == 1


def test_two_that_fill_a_queue_at_the_same_time_leave_each_trace_once() -> None:
    with LangfuseServer(WORLD) as server:
        _push(server, 1)
        others: list[Any] = []

        def sleep(seconds: float) -> None:
            server.faults = Faults()
            others.append(_push(server, 5))
            server.clock.advance(seconds)

        path = next(iter(server.state.queues))
        server.faults = Faults().at(1, trouble.too_many(1), f"annotation-queues/{path}/items")
        done = _push(server, 5, waiting=Waiting(server.clock.now, sleep))
        assert len(others) == 1
        assert done.band == "pass"
        assert _queued(server) == sorted(TRACES[:5])


def test_more_items_than_fit_a_page_are_all_found() -> None:
    with LangfuseServer(WORLD) as server:
        path = "annotation-queues"
        _push(server, 1)
        queue = next(iter(server.state.queues))
        first = server.state.queue_items[0]
        server.state.queue_items = [
            *(
                first | {"id": f"queue-item-0{place}", "objectId": f"t{place}"}
                for place in range(150)
            ),
            first,
        ]
        done = _push(server, 1)
        assert done.headline == "Of 1 item: 1 already there."
        assert len(server.asked(f"{path}/{queue}/items")) > 2


def test_a_dry_run_makes_no_queue() -> None:
    with LangfuseServer(WORLD) as server:
        assert _push(server, dry_run=True).headline == "Of 5 items: 5 would be sent."
        assert not server.state.queues


def test_an_unknown_score_config_is_refused_with_the_known_ones() -> None:
    with LangfuseServer(WORLD) as server, pytest.raises(UnknownNameError, match="score config"):
        push_queue(scored_log(), "triage", "no such", **to(server))


def test_a_queue_needs_a_name_and_something_to_judge() -> None:
    with pytest.raises(BadInputError, match="at least one score config"):
        push_queue(scored_log(), "triage", [])
    with pytest.raises(BadInputError, match="name of a queue"):
        push_queue(scored_log(), "", "outcome")


def test_a_key_that_may_not_write_is_said() -> None:
    faults = Faults().at(1, trouble.status(403), "annotation-queues")
    with (
        LangfuseServer(WORLD, faults=faults) as server,
        pytest.raises(SourceError, match=r"403.*0 of 5 items sent"),
    ):
        _push(server)
