"""Is a batch handed in once, found again, and read whole?"""

from datetime import UTC, datetime, timedelta

import pytest

from agentlens.errors import SourceError
from agentlens.scoring.judges.api.batches import item_reply
from agentlens.scoring.judges.api.sender import ApiSender
from agentlens.scoring.judges.reply import Outcome
from tests.messages import Faults, Messages, Options, trouble
from tests.messages.asking import asking, body_of
from tests.messages.faults.plan import Fault

LONG_AGO = "2020-01-01T00:00:00+00:00"


def _handed_in(sender: ApiSender, texts: list[str]) -> str:
    reply = sender.create_batch([(f"item-{n}", body_of(text)) for n, text in enumerate(texts)])
    assert reply.outcome == "paid", reply.detail
    return reply.batch_id


def test_each_item_of_a_batch_ends_in_one_way() -> None:
    fates = ["succeeded", "errored", "invalid", "expired", "canceled"]
    with Messages() as server, asking(server) as sender:
        batch_id = _handed_in(sender, [f"truth=pass fate={fate}" for fate in fates])
        replies = dict(sender.results(batch_id))
        assert server.billed == 1
    told = {fates[int(name[5:])]: (one.outcome, one.error_type) for name, one in replies.items()}
    assert told == {
        "succeeded": ("paid", ""),
        "errored": ("wait", "api_error"),
        "invalid": ("reject", "invalid_request_error"),
        "expired": ("wait", "expired"),
        "canceled": ("wait", "canceled"),
    }
    assert '"verdict": "pass"' in replies["item-0"].text
    assert replies["item-0"].usage["output"] > 0
    assert replies["item-0"].raw.startswith('{"custom_id": "item-0"')


def test_an_item_that_the_api_refuses_alone_is_refused_in_a_batch() -> None:
    bad = {**body_of(), "messages": [{"role": "assistant", "content": "{"}]}
    with Messages() as server, asking(server) as sender:
        reply = sender.create_batch([("good", body_of()), ("bad", bad)])
        replies = dict(sender.results(reply.batch_id))
    assert {name: one.outcome for name, one in replies.items()} == {"good": "paid", "bad": "reject"}


@pytest.mark.parametrize(
    "kind, code, outcome",
    [
        ("api_error", "", "wait"),
        ("overloaded_error", "", "wait"),
        ("rate_limit_error", "", "wait"),
        ("timeout_error", "", "wait"),
        ("billing_error", "", "stop"),
        ("authentication_error", "", "stop"),
        ("permission_error", "", "stop"),
        ("not_found_error", "", "stop"),
        ("invalid_request_error", "", "reject"),
        ("invalid_request_error", "organization_on_hold", "stop"),
        ("request_too_large", "", "reject"),
    ],
)
def test_an_item_that_failed_was_not_billed(kind: str, code: str, outcome: Outcome) -> None:
    told = {"type": kind, "message": "Failed.", "details": {"error_code": code}}
    result = {"type": "errored", "error": {"type": "error", "error": told}}
    assert item_reply(result, "").outcome == outcome


def test_a_result_of_an_unknown_kind_is_perhaps_billed() -> None:
    assert item_reply({"type": "postponed"}, "").outcome == "unknown"
    assert item_reply({"type": "succeeded", "message": None}, "").status == "unparsable"


def test_a_batch_is_handed_in_once_whatever_is_lost() -> None:
    for fault in (trouble.lost_answer(), trouble.cut(), trouble.cut_json(), trouble.page(502)):
        with Messages(faults=Faults().always(fault, "create")) as server, asking(server) as sender:
            reply = sender.create_batch([("one", body_of())])
            assert (reply.outcome, reply.batch_id) == ("unknown", "")
            assert len(server.asked("create")) == 1


def test_a_lost_batch_is_found_in_the_list_beside_a_foreign_one() -> None:
    with Messages(faults=Faults().at(0, trouble.lost_answer(), "create")) as server:
        foreign = server.foreign_batch(2)
        with asking(server) as sender:
            sender.create_batch([("a", body_of("1")), ("b", body_of("2"))])
            states = sender.list_batches(LONG_AGO)
            assert [one.total for one in states] == [2, 2]
            names = {
                one.batch_id: {name for name, _ in sender.results(one.batch_id)} for one in states
            }
            assert names.pop(foreign) == {"other-0", "other-1"}
            assert list(names.values()) == [{"a", "b"}]


@pytest.mark.parametrize(
    "fault, outcome",
    [
        (trouble.status(401), "stop"),
        (trouble.status(429, "enforced_spend_limit_reached"), "stop"),
        (trouble.status(429, retry_after=3), "wait"),
        (trouble.status(400), "reject"),
        (trouble.status(413), "reject"),
    ],
)
def test_a_batch_that_is_refused_says_why(fault: Fault, outcome: Outcome) -> None:
    with Messages(faults=Faults().always(fault, "create")) as server, asking(server) as sender:
        reply = sender.create_batch([("one", body_of())])
        assert reply.outcome == outcome
        assert reply.detail
        assert reply.retry_after == (3.0 if outcome == "wait" else None)
        assert server.billed == 0


def test_names_that_are_not_allowed_are_refused_by_the_server() -> None:
    with Messages() as server, asking(server) as sender:
        for names in (["a b"], ["x" * 65], ["same", "same"], []):
            rows = [(name, body_of()) for name in names]
            assert sender.create_batch(rows).outcome == "reject"


def test_batches_are_listed_over_pages_back_to_a_time() -> None:
    clock = iter(datetime(2026, 11, 1, tzinfo=UTC).timestamp() + 60 * n for n in range(10_000))
    with Messages(now=lambda: next(clock)) as server, asking(server) as sender:
        every = [server.foreign_batch(1) for _ in range(230)]
        states = sender.list_batches(LONG_AGO)
        assert [one.batch_id for one in states] == every[::-1]
        assert len(server.asked("list")) == 3
        since = states[40].created_at
        assert sender.list_batches(since) == states[:41]
        later = datetime.fromisoformat(states[0].created_at) + timedelta(seconds=1)
        assert sender.list_batches(later.isoformat()) == []


def test_a_batch_says_where_it_stands() -> None:
    with Messages(Options(polls=2)) as server, asking(server) as sender:
        batch_id = _handed_in(sender, ["one", "two"])
        first = sender.batch(batch_id)
        assert first is not None
        assert (first.state, first.total) == ("in_progress", 2)
        with pytest.raises(SourceError, match="it is in_progress"):
            list(sender.results(batch_id))
        last = sender.batch(batch_id)
        assert last is not None
        assert (last.state, last.total) == ("ended", 2)
        assert datetime.fromisoformat(last.expires_at) > datetime.fromisoformat(last.created_at)
        assert len(dict(sender.results(batch_id))) == 2
        assert sender.batch("msgbatch_none") is None


def test_results_that_are_gone_are_said_to_be_gone() -> None:
    with Messages() as server, asking(server) as sender:
        batch_id = _handed_in(sender, ["one"])
        server.archive(batch_id)
        state = sender.batch(batch_id)
        assert state is not None
        assert state.archived_at
        with pytest.raises(SourceError, match="archived on"):
            list(sender.results(batch_id))
        with pytest.raises(SourceError, match="none of that id"):
            list(sender.results("msgbatch_none"))


def test_only_the_end_of_a_line_ends_a_line() -> None:
    odd = "".join(map(chr, (0x85, 0x2028, 0x2029, 0x1C, 0x0B)))  # where Python splits lines, too
    with Messages(Options(answer=lambda _, __: odd)) as server, asking(server) as sender:
        batch_id = _handed_in(sender, ["one", "two"])
        assert [reply.text for _, reply in sender.results(batch_id)] == [odd, odd]


@pytest.mark.parametrize("fault", [trouble.cut(), trouble.cut_json(), trouble.short_results()])
def test_a_file_that_breaks_off_is_read_again_and_no_item_is_told_twice(fault: Fault) -> None:
    faults = Faults().at(range(2), fault, "results")
    with Messages(faults=faults) as server, asking(server) as sender:
        batch_id = _handed_in(sender, [f"item {n}" for n in range(9)])
        names = [name for name, _ in sender.results(batch_id)]
        assert sorted(names) == [f"item-{n}" for n in range(9)]
        assert len(server.asked("results")) == 3
        assert server.billed == 9


def test_a_file_that_always_breaks_off_gives_what_it_has_and_says_so() -> None:
    faults = Faults().always(trouble.short_results(), "results")
    with Messages(faults=faults) as server, asking(server) as sender:
        batch_id = _handed_in(sender, [f"item {n}" for n in range(9)])
        names: list[str] = []
        with pytest.raises(SourceError, match="break off after 4 of 9"):
            names.extend(name for name, _ in sender.results(batch_id))
        assert len(set(names)) == 4


def test_results_are_read_at_our_own_address_and_not_where_the_batch_points() -> None:
    with Messages() as other:
        options = Options(elsewhere=other.url, prefix="/gateway")
        with Messages(options) as server, asking(server) as sender:
            batch_id = _handed_in(sender, ["one"])
            assert [name for name, _ in sender.results(batch_id)] == ["item-0"]
        assert not other.seen


@pytest.mark.parametrize(
    "fault", [trouble.status(500), trouble.page(200), trouble.reset(), trouble.says(b"[1]")]
)
def test_what_cannot_be_asked_is_said_and_never_taken_for_none(fault: Fault) -> None:
    faults = Faults().always(fault, "batch").always(fault, "list")
    with Messages(faults=faults) as server, asking(server) as sender:
        batch_id = _handed_in(sender, ["one"])
        with pytest.raises(SourceError, match="cannot be asked now"):
            sender.batch(batch_id)
        with pytest.raises(SourceError, match="cannot be asked now"):
            sender.list_batches(LONG_AGO)
