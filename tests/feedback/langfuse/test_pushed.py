"""Does the result of a push say what became of each piece?"""

import json
import threading
from collections.abc import Callable

import pytest

from agentlens.feedback.langfuse.pushed import PushedDataset, PushedQueue, PushedScores
from tests.feedback.langfuse.answers import dataset_pushed, queue_pushed, scores_pushed

Kinds = PushedScores | PushedDataset | PushedQueue


@pytest.mark.parametrize("make", [scores_pushed, dataset_pushed, queue_pushed])
@pytest.mark.parametrize("n", [0, 2])
def test_a_push_shows_itself(make: Callable[[int], Kinds], n: int) -> None:
    done = make(n)
    told = json.loads(done.to_json())
    assert told["verb"] == type(done).verb
    assert len(told["frame"]) == n
    assert (done.band == "unknown") == (n == 0)
    assert done.headline.endswith(".")
    assert done.headline in done.card()
    drawn = json.loads(done.figure().to_json())["data"][0]
    assert len(drawn["y"]) == len(set(done.frame["state"]))
    assert done.signals() == ()


def test_facts_are_the_counts_of_each_state() -> None:
    facts = {name: fact.value for name, fact in scores_pushed().facts().items()}
    assert facts == {"sent": 4, "rejected": 1}


def test_a_push_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    scores_pushed()
    assert set(threading.enumerate()) == before
