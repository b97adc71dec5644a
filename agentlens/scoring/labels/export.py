"""How does a queue leave for labelling elsewhere, without a word of what the judge said?"""

import json
from hashlib import sha256
from pathlib import Path

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.labels.kept import Record
from agentlens.tables.log import Log

__all__ = ["item_ids", "save_queue"]

_ENDINGS = (".csv", ".jsonl")
_TEXTS = ("input", "output", "error_message")
_BLANK = ("label", "note", "code")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ID = 12


def save_queue(log: Log, queue: pd.DataFrame, record: Record | None, path: str | Path) -> Path:
    """Write a queue and return the file.

    Args:
        log: the traces.
        queue: a row for each showing, in order.
        record: the plan; None for one that was refused.
        path: ends in .csv or .jsonl.
    """
    target = Path(path)
    if target.suffix not in _ENDINGS:
        message = f"save({str(path)!r}): the name must end in {' or '.join(_ENDINGS)}."
        raise BadInputError(message)
    if record is None:
        message = "There is no queue to save: the plan was refused, its headline says why."
        raise BadInputError(message)
    rows = _rows(log, queue, record.plan)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    if target.suffix == ".csv":
        rows.assign(**{one: rows[one].map(_harmless) for one in _TEXTS if one in rows}).to_csv(
            part, index=False, encoding="utf-8-sig"
        )
    else:
        told = (json.dumps(row, ensure_ascii=False) for row in rows.to_dict("records"))
        part.write_text("".join(f"{one}\n" for one in told), encoding="utf-8")
    part.replace(target)
    return target


def item_ids(queue: pd.DataFrame, plan: str) -> list[str]:
    """Return a name for each showing that does not tell a second showing from a first.

    Args:
        queue: a row for each showing.
        plan: the id of the plan.
    """
    keys = zip(queue["trace_id"], queue["span_id"], queue["repeat"], strict=True)
    whole = ("\x1f".join([plan, *map(str, one)]) for one in keys)
    return [sha256(one.encode(errors="backslashreplace")).hexdigest()[:_ID] for one in whole]


def _rows(log: Log, queue: pd.DataFrame, plan: str) -> pd.DataFrame:
    traces = log.traces.drop_duplicates("trace_id").set_index("trace_id")
    found = pd.DataFrame({"item": item_ids(queue, plan), "trace_id": queue["trace_id"].tolist()})
    if (queue["span_id"] != "").any():
        found["span_id"] = queue["span_id"].tolist()
    for name in _TEXTS:
        if name in traces:
            texts = traces[name].astype("str").reindex(queue["trace_id"])
            found[name] = texts.fillna("").tolist()
    return found.assign(**dict.fromkeys(_BLANK, ""))


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
