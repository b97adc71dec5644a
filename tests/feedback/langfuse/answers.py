"""What do the verbs that push answer? For the contract that all answers keep."""

from agentlens.feedback.langfuse.dataset import push_dataset
from agentlens.feedback.langfuse.pushed import PushedDataset, PushedQueue, PushedScores
from agentlens.feedback.langfuse.queue import push_queue
from agentlens.feedback.langfuse.scores import push_scores
from tests.feedback.langfuse.pushing import TRACES, WORLD, scored_log, to
from tests.loopback import LangfuseServer, Writes

__all__ = ["dataset_pushed", "queue_pushed", "scores_pushed"]


def scores_pushed(n: int = 5) -> PushedScores:
    """Return a push of scores, the second of which is rejected."""
    writes = Writes(rejects=lambda score: "no" if score["subject"]["id"] == TRACES[1] else "")
    with LangfuseServer(WORLD, writes=writes) as server:
        return push_scores(scored_log(n), **to(server))


def dataset_pushed(n: int = 2) -> PushedDataset:
    """Return a push of cases."""
    case = {"pattern": "late", "input": "When?", "expected": "Now."}
    with LangfuseServer(WORLD) as server:
        return push_dataset([case | {"source_trace": one} for one in TRACES[:n]], "d", **to(server))


def queue_pushed(n: int = 2) -> PushedQueue:
    """Return a push of traces to a queue."""
    config = WORLD.score_configs[0]["id"]
    with LangfuseServer(WORLD) as server:
        return push_queue(scored_log(n), "triage", config, **to(server))
