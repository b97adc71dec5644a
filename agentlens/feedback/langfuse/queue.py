"""How do traces get into an annotation queue of Langfuse, each once?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.feedback.langfuse.line import TRIES, Line, Waiting, passes
from agentlens.feedback.langfuse.opening import line_to, stopped
from agentlens.feedback.langfuse.pushed import PushedQueue, State, told
from agentlens.progress import Progress
from agentlens.sources.langfuse.answers import Answer, said
from agentlens.sources.langfuse.settings import settings_of
from agentlens.tables.log import Log

__all__ = ["push_queue"]

_OK = frozenset({200, 201})
_REFUSED = frozenset({400, 404, 422})
_LIMITED = 429
_TRACE = "TRACE"
Row = Mapping[str, Any]


def push_queue(
    log: Log,
    name: str,
    score_configs: str | Sequence[str],
    *,
    host: str | None = None,
    public_key: str | None = None,
    secret_key: str | None = None,
    dry_run: bool = False,
    waiting: Waiting | None = None,
) -> PushedQueue:
    """Return what became of the traces of a log after they went to a queue, for people to judge.

    Langfuse would take the same trace twice. So the queue is read first and only what is missing is
    added; then it is read again, and what somebody else added at the same time is kept.

    Args:
        log: the traces to be judged.
        name: of the queue, which is made if there is none of that name.
        score_configs: names or ids of what is to be judged, as Langfuse's project settings say; a
            queue that is there keeps its own.
        host: of Langfuse; by default as LANGFUSE_BASE_URL says.
        public_key: by default LANGFUSE_PUBLIC_KEY.
        secret_key: by default LANGFUSE_SECRET_KEY.
        dry_run: whether to read only, and say what would be sent.
        waiting: what time it is and how to wait, for tests.

    Example:
        >>> import agentlens as al
        >>> al.push_queue(al.demo().last("24h"), "triage", "outcome").headline  # doctest: +SKIP
        'Of 61 items: 61 sent.'
    """
    given: object = log
    if not isinstance(given, Log) or not str(name).strip():
        message = "push_queue takes a Log and the name of a queue, such as 'triage'."
        raise BadInputError(message)
    configs = [score_configs] if isinstance(score_configs, str) else list(score_configs)
    if not configs:
        message = "A queue needs at least one score config: what people are to judge."
        raise BadInputError(message)
    traces = [str(one) for one in dict.fromkeys(log.traces["trace_id"])]
    settings = settings_of(host, public_key, secret_key)
    states: dict[str, State] = {}

    def so_far() -> str:
        n = sum(state in {"sent", "unverified"} for state, _ in states.values())
        return f"{n:,} of {len(traces):,} items sent."

    with line_to(settings, waiting) as line, Progress() as progress, stopped(so_far):
        queue = _queue(line, name, configs, dry_run=dry_run or not traces)
        there = {row["objectId"] for row in _items(line, queue)}
        states |= {one: ("already there", "") for one in traces if one in there}
        wanted = [one for one in traces if one not in there]
        if dry_run:
            states |= dict.fromkeys(wanted, ("would be sent", ""))
        else:
            made: set[str] = set()
            for one in wanted:
                states[one] = _add(line, queue, one, made)
                progress.say(lambda: f"{len(states):,} of {len(traces):,} items sent")
            _settle(line, queue, made, states)
    return PushedQueue(
        **told(
            ((one, one, name, states[one]) for one in traces),
            what="item",
            where=f"{name} at {settings.host}",
            notes=(),
        )
    )


def _queue(line: Line, name: str, configs: list[str], *, dry_run: bool) -> str:
    """Return the id of the queue of a name; "" where there is none and none is to be made."""
    path = "annotation-queues"
    answer = Answer(0, {}, None)
    ids: list[str] = []
    for attempt in range(TRIES):
        found = [row for row in line.rows(path) if row["name"] == name]
        if found or dry_run:
            return str(found[0]["id"]) if found else ""
        ids = ids or _configs(line, configs)
        answer = line.once("POST", path, body={"name": name, "scoreConfigIds": ids})
        if answer.status in _OK and isinstance(answer.body, dict):
            return str(answer.body["id"])
        if not passes(answer) and "already exists" not in said(answer):
            raise line.refusal(path, answer)
        line.pause(answer, attempt)
    raise line.silent(path, answer)


def _configs(line: Line, wanted: list[str]) -> list[str]:
    known = {str(row["id"]): str(row["name"]) for row in line.rows("score-configs")}
    by_name = {name: key for key, name in known.items()}
    for one in wanted:
        if one not in known and one not in by_name:
            raise UnknownNameError("score config", one, by_name)
    return [one if one in known else by_name[one] for one in wanted]


def _items(line: Line, queue: str) -> list[Row]:
    """Return the traces in a queue."""
    if not queue:
        return []
    rows = line.rows(f"annotation-queues/{queue}/items")
    return [row for row in rows if row["objectType"] == _TRACE]


def _add(line: Line, queue: str, trace_id: str, made: set[str]) -> State:
    """Add a trace, once: where no answer comes the queue is read before it is tried again."""
    path = f"annotation-queues/{queue}/items"
    for attempt in range(TRIES):
        answer = line.once("POST", path, body={"objectId": trace_id, "objectType": _TRACE})
        if answer.status in _OK and isinstance(answer.body, dict):
            made.add(str(answer.body["id"]))
            return "unverified", ""
        if answer.status in _REFUSED:
            return "rejected", said(answer)
        if not passes(answer):
            raise line.refusal(path, answer)
        if attempt + 1 < TRIES:
            line.pause(answer, attempt)
        there = answer.status != _LIMITED and _items(line, queue)
        if there and any(row["objectId"] == trace_id for row in there):
            return "unverified", ""
    raise line.silent(path, answer)


def _settle(line: Line, queue: str, made: set[str], states: dict[str, State]) -> None:
    """Read the queue again; of a trace that is there twice delete what we added later."""
    first: set[str] = set()
    for row in sorted(_items(line, queue), key=lambda one: (one["createdAt"], one["id"])):
        trace = row["objectId"]
        if trace in first and row["id"] in made and row["status"] == "PENDING":
            answer = line.ask("DELETE", f"annotation-queues/{queue}/items/{row['id']}")
            if answer.status not in {200, 202, 204, 404}:
                raise line.refusal("annotation-queues", answer)
        first.add(trace)
        if states.get(trace) == ("unverified", ""):
            states[trace] = ("sent", "")
