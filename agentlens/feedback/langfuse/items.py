"""Which item of a dataset is a case, rid of what gives a person away?"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.feedback.regressions.promote import Promotion
from agentlens.tables.characters import whole
from agentlens.tables.redact.policy import Said

__all__ = ["cases_of", "hidden", "item_of"]

_METADATA = (
    *("pattern", "label", "rater", "weight", "note", "rubric", "version", "expected_is"),
    *("n_alike", "bad_output", "must_match", "must_not_match", "metadata"),
)


def cases_of(given: Any) -> list[dict[str, Any]]:
    """Return cases as mappings, each with what a dataset's item needs."""
    if isinstance(given, Promotion):
        return list(given.cases)
    if isinstance(given, (str, Path)):
        try:
            lines = Path(given).read_bytes().splitlines()
            given = [orjson.loads(one) for one in lines if one.strip()]
        except (OSError, orjson.JSONDecodeError) as error:
            message = f"{str(given)!r} cannot be read as a file of cases: {error}."
            raise BadInputError(message) from error
    listed = isinstance(given, Sequence) and not isinstance(given, str)
    cases = list(given) if listed else []
    for place, case in enumerate(cases):
        for field in ("pattern", "source_trace", "input"):
            if not isinstance(case, Mapping) or field not in case:
                message = f"Case {place} has no {field!r}; cases are those that promote writes."
                raise BadInputError(message)
    if not listed:
        message = (
            "cases are what promote returned, a list of cases, or the path of a cases.jsonl, not"
            f" {type(given).__name__}."
        )
        raise BadInputError(message)
    return [dict(case) for case in cases]


def hidden(cases: list[dict[str, Any]], redact: Said) -> list[dict[str, Any]]:
    """Return cases in whose texts, and in those inside their lists, patterns are hidden."""
    from agentlens.tables.redact.frames import redact_frames  # noqa: PLC0415 - slow to load

    sent = ("input", "expected", *_METADATA)
    rows = [{"trace_id": str(case["source_trace"]), **_texts(case, sent)} for case in cases]
    done = redact_frames({"cases": pd.DataFrame(rows)}, redact).frames["cases"]
    return [
        case | {name: _held(row[name], case[name]) for name in sent if name in case}
        for case, row in zip(cases, done.to_dict("records"), strict=True)
    ]


def _texts(case: Mapping[str, Any], names: Sequence[str]) -> dict[str, str | None]:
    return {
        name: case[name] if isinstance(case[name], str) else orjson.dumps(case[name]).decode()
        for name in names
        if name in case
    }


def _held(text: Any, before: Any) -> Any:
    """Return a text as what it was before it was written down."""
    plain = whole(str(text)).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return plain if isinstance(before, str) else orjson.loads(plain)


def item_of(project: str, name: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item of a case; the same case is the same item, on any machine."""
    said = [whole(str(one)) for one in (project, name, case["pattern"], case["source_trace"])]
    item = {
        "id": f"al-{sha256(orjson.dumps(said)).hexdigest()[:32]}",
        "datasetName": name,
        "input": case["input"],
        "expectedOutput": case.get("expected"),
        "metadata": {field: case[field] for field in _METADATA if case.get(field) is not None},
        "sourceTraceId": str(case["source_trace"]),
    }
    step = case.get("source_span")
    return item | ({"sourceObservationId": str(step)} if step else {})
