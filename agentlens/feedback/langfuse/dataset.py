"""How do regression cases become a dataset in Langfuse?"""

from collections.abc import Mapping
from typing import Any

from agentlens.errors import BadInputError, SourceError
from agentlens.feedback.langfuse.items import cases_of, hidden, item_of
from agentlens.feedback.langfuse.line import PAUSES, Line, Waiting
from agentlens.feedback.langfuse.opening import line_to, stopped
from agentlens.feedback.langfuse.pushed import PushedDataset, State, told
from agentlens.progress import Progress
from agentlens.sources.langfuse.answers import said
from agentlens.sources.langfuse.settings import settings_of
from agentlens.tables.redact.policy import Said

__all__ = ["push_dataset"]

_OK = frozenset({200, 201})
_MISSING = 404
_REFUSED = frozenset({400, 413, 422})
_COMPARED = ("input", "expectedOutput", "metadata")
Item = Mapping[str, Any]


def push_dataset(
    cases: Any,
    name: str,
    *,
    host: str | None = None,
    public_key: str | None = None,
    secret_key: str | None = None,
    dry_run: bool = False,
    deadline: float = 120.0,
    redact: Said = "default",
    waiting: Waiting | None = None,
) -> PushedDataset:
    """Return what became of cases after they went to a dataset of Langfuse, which is made if new.

    A case has the same id on any machine, so that it is there once. Items that nobody pushes, and
    whether somebody archived an item, are left as they are.

    Args:
        cases: what `promote` returned, a list of cases, or the path of a cases.jsonl.
        name: of the dataset.
        host: of Langfuse; by default as LANGFUSE_BASE_URL says.
        public_key: by default LANGFUSE_PUBLIC_KEY.
        secret_key: by default LANGFUSE_SECRET_KEY.
        dry_run: whether to read only, and say what would be sent.
        deadline: seconds to wait until what was accepted can be read.
        redact: what is hidden of the texts; None sends them as they are.
        waiting: what time it is and how to wait, for tests.

    Example:
        >>> import agentlens as al
        >>> al.push_dataset("cases/cases.jsonl", "refunds").headline  # doctest: +SKIP
        'Of 7 cases: 7 sent.'
    """
    if not str(name).strip():
        message = f"A dataset needs a name, such as 'regressions', not {name!r}."
        raise BadInputError(message)
    held = hidden(cases_of(cases), redact)
    settings = settings_of(host, public_key, secret_key)
    states: dict[str, State] = {}

    def so_far() -> str:
        n = sum(state in {"sent", "unverified"} for state, _ in states.values())
        return f"{n:,} of {len(held):,} cases sent."

    with line_to(settings, waiting) as line, Progress() as progress, stopped(so_far):
        project = line.project()
        items = {one["id"]: one for one in (item_of(project, name, case) for case in held)}
        there = _listed(line, name)
        states |= {key: ("already there", "") for key in items if _same(there, items[key])}
        wanted = [item for key, item in items.items() if key not in states]
        if dry_run:
            states |= {item["id"]: ("would be sent", "") for item in wanted}
        elif wanted:
            _post(line, "v2/datasets", {"name": name})
            for item in wanted:
                states[item["id"]] = _sent(line, item, there)
                progress.say(lambda: f"{len(states):,} of {len(items):,} cases sent")
            _verify(line, name, items, states, deadline)
    return PushedDataset(
        **told(
            ((key, item["sourceTraceId"], name, states[key]) for key, item in items.items()),
            what="case",
            where=f"{name} at {settings.host}",
            notes=() if redact is not None else ("Texts went out as they are.",),
        )
    )


def _listed(line: Line, name: str) -> dict[str, Item]:
    """Return the items that the dataset holds, by id; none where there is no dataset."""
    answer = line.ask("GET", "dataset-items", {"datasetName": name, "limit": 1, "page": 1})
    if answer.status == _MISSING and isinstance(answer.body, dict):
        return {}
    if answer.status == _MISSING:
        message = (
            f"{line.settings.shown} knows no datasets with items ({said(answer)}); the server is too"
            " old, or a web page is in front."
        )
        raise SourceError(message)
    return {str(row["id"]): row for row in line.rows("dataset-items", {"datasetName": name})}


def _same(there: Mapping[str, Item], item: Item) -> bool:
    held = there.get(item["id"])
    return held is not None and all(held.get(one) == item[one] for one in _COMPARED)


def _sent(line: Line, item: Item, there: Mapping[str, Item]) -> State:
    new = {} if item["id"] in there else {"status": "ACTIVE"}
    why = _post(line, "dataset-items", {**item, **new})
    return ("rejected", why) if why else ("unverified", "")


def _post(line: Line, path: str, body: Item) -> str:
    """Write what may be written twice; return why it was refused, "" where it was not."""
    answer = line.ask("POST", path, body=body)
    if answer.status in _OK:
        return ""
    if answer.status in _REFUSED and path == "dataset-items":
        return said(answer)
    raise line.refusal(path, answer)


def _verify(
    line: Line, name: str, items: Mapping[str, Item], states: dict[str, State], deadline: float
) -> None:
    """Read the dataset back until all that was accepted is there, or time is up."""
    spent = 0.0
    for pause in (0.0, *PAUSES):
        if spent + pause > deadline:
            return
        if pause:
            line.waiting.sleep(pause)
        spent += pause
        there = _listed(line, name)
        for key, state in states.items():
            if state == ("unverified", "") and _same(there, items[key]):
                states[key] = ("sent", "")
        if ("unverified", "") not in states.values():
            return
