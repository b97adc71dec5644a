"""Is nothing lost, and nothing paid twice in silence, when a process is killed?"""

import random
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event

import pytest

from tests.messages import Ledger, Messages
from tests.scoring.judging.killed import main
from tests.scoring.judging.worlds import attempts, column, totals_agree

NURSERY = get_context("forkserver")
NURSERY.set_forkserver_preload(["anthropic", "tests.scoring.judging.killed"])
"""Real processes, which need not load everything anew."""

SEEDS = 3
"""Of twelve that were tried."""

ITEMS = 40


def process(store: Path, url: str, n: int, on_unknown: str, *more: object) -> ForkServerProcess:
    made = NURSERY.Process(target=main, args=(str(store), url, n, on_unknown, *more))
    made.start()
    return made


def told_by(one: ForkServerProcess, store: Path) -> list[str]:
    one.join()
    assert one.exitcode == 0
    return Path(f"{store}.{one.pid}.told").read_text(encoding="utf-8").split()


def killed_mid_flight(
    server: Messages, store: Path, draw: random.Random, n: int, said: str, mutant: str
) -> None:
    """Start a process, and kill it just as the server has billed another answer."""
    wanted = server.billed + draw.randint(1, max(1, n // 4))
    reached = Event()

    def look() -> None:
        if server.billed >= wanted:
            reached.set()

    server.on_request = look
    one = process(store, server.url, n, said, mutant)
    while not reached.wait(0.02) and one.is_alive():
        pass
    one.kill()
    one.join()
    server.on_request = lambda: None


def after_three_kills(
    folder: Path, seed: int, said: str, *, mutant: str = "", n: int = ITEMS
) -> int:
    """Return how many more answers were paid twice than the store flags, once all is judged."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    store, bills = folder / "judge.sqlite", folder / "bills.jsonl"
    folder.mkdir(parents=True)
    with Messages(ledger=bills) as server:
        for _ in range(3):
            killed_mid_flight(server, store, draw, n, said, mutant)
        told = told_by(process(store, server.url, n, said, mutant), store)
    digests = [bill.digest for bill in Ledger.read(bills)]
    twice = len(digests) - len(set(digests))
    flagged = attempts(store).get("unknown", 0)
    if not mutant:
        assert totals_agree(store)
        assert column(store, "select count(*) from lease") == [0]
        judged = int(column(store, "select count(*) from judgment")[0])
        assert told[0] == str(judged)
        if said == "retry":
            assert judged == len(set(digests)) == n
        else:
            assert twice == 0
            assert judged + flagged == n
    return twice - flagged


@pytest.mark.simulation
@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_kills_all_is_judged_and_what_was_paid_twice_is_flagged(
    tmp_path: Path, seed: int
) -> None:
    said = "skip" if seed == 1 else "retry"
    assert after_three_kills(tmp_path / "s", seed, said) <= 0


@pytest.mark.simulation
def test_an_intent_that_is_written_after_the_call_is_caught_here(tmp_path: Path) -> None:
    assert after_three_kills(tmp_path / "s", 0, "retry", mutant="yes") > 0


@pytest.mark.simulation
def test_three_processes_on_one_store_pay_for_each_item_once(tmp_path: Path) -> None:
    with Messages(ledger=tmp_path / "bills") as server:
        store = tmp_path / "judge.sqlite"
        patient = "", 60.0  # nobody is killed here: an answer that is slow is none that is lost
        three = [process(store, server.url, ITEMS, "retry", *patient) for _ in range(3)]
        assert [told_by(one, store) for one in three] == [[str(ITEMS), "pass"]] * 3
        assert (server.billed, server.ledger.duplicates) == (ITEMS, 0)
    assert attempts(store) == {"paid": ITEMS}
    assert totals_agree(store)
