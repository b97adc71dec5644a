"""How are logs of Inspect opened, packed or in one JSON file, and their samples become traces?"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.containers.zstd import BadZipFile, ZipFile, ZstdError
from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.inspect.sample import Sample, rows_of
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import merged, object_of, tidy
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, TRACE_ROWS, Bad, Rows

__all__ = ["INSPECT"]

_ZIP = b"PK\x03\x04"
_HEADER, _START = "header.json", "_journal/start.json"
_SAMPLES = "samples/"
_UNUSED = ("store", "messages")
_EXCERPT = 10_000


def _fits(head: Head) -> str:
    for member in (_HEADER, _START):
        if member in head.members:
            return f"member {member}"
    if {"eval", "plan", "samples"} <= head.columns:
        return "eval, plan and samples"
    return ""


def _records(path: Path, name: str) -> Iterator[tuple[str, Record]]:
    """Yield each sample with the header of its log."""
    with path.open("rb") as stream:
        is_zip = stream.read(len(_ZIP)) == _ZIP
    yield from _of_zip(path, name) if is_zip else _of_json(path, name)


def _of_zip(path: Path, name: str) -> Iterator[tuple[str, Record]]:
    try:
        with ZipFile(path) as archive:
            members = {one.filename: one for one in archive.infolist()}  # of an edited log the last
            header, trouble = _header(archive, members)
            yield from ((f"{name}:{member}", record) for member, record in trouble)
            for member, info in members.items():
                if not member.startswith(_SAMPLES) or not member.endswith(".json"):
                    continue
                place = f"{name}:{member.replace(':', '_')}"
                sample = _member(archive, info)
                yield place, sample if "bad" in sample else {"header": header, "sample": sample}
    except BadZipFile as error:
        message = f"{name} is damaged: {error}. Fetch or write it again."
        raise BadInputError(message) from error


def _header(
    archive: ZipFile, members: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, Record]]]:
    """Return the log's header, of a run that crashed its beginning, and members that are broken."""
    trouble: list[tuple[str, Record]] = []
    for member in (_HEADER, _START):
        if member not in members:
            continue
        header = _member(archive, members[member])
        if "bad" not in header:
            return (header if member == _HEADER else header | {"status": "incomplete"}), trouble
        trouble.append((member, header))
    return {"status": "incomplete"}, trouble


def _member(archive: ZipFile, info: Any) -> dict[str, Any]:
    """Return a member's object, or why it cannot be read."""
    try:
        packed_text = archive.read(info)
    except (BadZipFile, ZstdError, zlib.error, EOFError, RuntimeError) as error:
        return {"bad": f"the member cannot be unpacked: {error}", "text": info.filename}
    text = packed_text.decode("utf-8", "replace")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = object_of(_lenient(text))
    if isinstance(found, dict) and found:
        return {key: one for key, one in found.items() if key not in _UNUSED}
    return {"bad": "the member is no JSON object", "text": text[:_EXCERPT]}


def _lenient(text: str) -> Any:
    """Return JSON with NaN and Infinity, which are missing; None where it is no JSON."""
    import json  # noqa: PLC0415 - only odd files need it

    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _of_json(path: Path, name: str) -> Iterator[tuple[str, Record]]:
    opened = Opened(path, name)
    for place, log in opened.records():
        samples = log.get("samples")
        header = {key: one for key, one in log.items() if key not in {"samples", "reductions"}}
        if not isinstance(samples, list):
            yield place, {"header": header, "sample": None}
            continue
        for nth, sample in enumerate(samples, 1):
            yield f"{place}#{nth}", {"header": header, "sample": sample}
    for bad in opened.bad:
        yield bad.where, {"bad": bad.reason, "text": bad.text}


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    notes = Notes()
    spans: list[dict[str, Any]] = []
    traces: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    bad: list[Bad] = []
    for record, place in zip(records, places, strict=True):
        sample = object_of(record.get("sample"))
        if not sample:
            reason = record.get("bad")
            text = record.get("text") or packed(record) or ""
            reason = reason if isinstance(reason, str) else "a log or line without samples"
            bad.append(Bad(place, str(text)[:_EXCERPT], reason))
            continue
        found = rows_of(Sample(object_of(record.get("header")), sample, place), notes)
        traces.append(found.trace)
        spans += found.spans
        scores += found.scores
    return Rows(
        spans=tidy(merged(spans), SPAN_ROWS, notes),
        traces=tidy(merged(traces), TRACE_ROWS, notes),
        scores=tidy(merged(scores), SCORE_ROWS, notes),
        bad=tuple(bad),
        problems=notes.problems(len(records)),
    )


INSPECT = Dialect(
    name="inspect",
    fits=_fits,
    rows=_rows,
    fields=frozenset({"header", "sample", "bad", "text"}),
    cannot=("user_id", "cost_usd", "time to first token", "prompt_version"),
    records=_records,
    environment="eval",
    nearest=frozenset({"eval", "plan", "samples"}),
)
