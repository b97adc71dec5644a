"""What do Langfuse's scores say, in our words?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.intake.rows import Columns, Rows
from agentlens.sources.langfuse.wire.forms import SCORES, Form, taken
from agentlens.sources.langfuse.wire.metadata import flattened
from agentlens.sources.langfuse.wire.observations import usable
from agentlens.sources.langfuse.wire.subject import subjects
from agentlens.sources.langfuse.wire.values import Notes, object_of
from agentlens.sources.langfuse.wire.verdicts import ScoreConfig, score_configs, verdicts

__all__ = ["ScoreConfig", "score_configs", "scores"]

_SOURCES = {"ANNOTATION": "human", "EVAL": "judge", "API": "api"}
_OWN_SOURCES = frozenset({"human", "judge", "check", "user", "api"})
_TOLD = ("rubric", "rubric_version", "judge_model", "inclusion_p")
_DESIGN = (
    *("rubric_hash", "judge_id", "status", "repeat", "confidence", "truncated", "via", "plan"),
    *("stage", "stratum", "split", "round", "seconds", "blind", "reference", "note", "code"),
)
"""What we alone say of a score; an application's own metadata may use these words, too."""
_PLAIN = ("score_id", "name", "time", "comment", "updated_at")


def scores(
    records: Sequence[Any],
    places: Sequence[str],
    configs: Mapping[str, ScoreConfig] | None = None,
    form: Form = SCORES,
) -> Rows:
    """Return scores with their verdict as a number or a word, and what they judge.

    Args:
        records: the rows of one answer or one batch of a file.
        places: where each stands.
        configs: the project's score configs by id; they give a category its number.
        form: how this source spells its fields.

    Example:
        >>> row = {"name": "thumbs", "dataType": "BOOLEAN", "value": True, "source": "ANNOTATION"}
        >>> found = scores([row], ["page 1:1"]).scores
        >>> found["value"], found["kind"], found["source"]
        ([1], ['boolean'], ['human'])
    """
    records, places, bad = usable(records, places)
    notes = Notes("scores", len(records))
    given = taken(records, form)
    n = len(records)
    columns: Columns = {"where": list(places)}
    for column in _PLAIN:
        columns[column] = [one or None for one in given[column] or [None] * n]
    metadata = flattened(given["metadata"] or [None] * n, places, notes)
    columns |= subjects(given, places, notes)
    columns |= verdicts(given, places, configs or {}, notes)
    columns |= _authors(given, metadata, places, notes)
    columns["metadata"] = [
        {**(said or {}), "experiment_id": run} if run else said
        for said, run in zip(metadata, columns.pop("run"), strict=True)
    ]
    kept = {
        key: values
        for key, values in columns.items()
        if key == "where" or any(one is not None for one in values)
    }
    return Rows(scores=kept, bad=bad, problems=notes.problems)


def _authors(
    given: Mapping[str, list[Any] | None],
    metadata: Sequence[dict[str, Any] | None],
    places: Sequence[str],
    notes: Notes,
) -> Columns:
    """Return who judged by what; scores that AgentLens sent say so in their metadata."""
    n = len(places)
    own = [_own(said) for said in metadata]
    sources = []
    odd = []
    for place, source, ours in zip(places, given["source"] or [None] * n, own, strict=True):
        known = _SOURCES.get(source) if isinstance(source, str) else None
        if known is None:
            odd.append(place)
        told = ours.get("source")
        mine = isinstance(told, str) and told in _OWN_SOURCES and known in {"api", None}
        sources.append(told if mine else known or "api")
    notes.add("assumed", "source", "a source that is not known is read as api", odd)
    raters = zip(own, given["rater"] or [None] * n, strict=True)
    columns: Columns = {
        "source": sources,
        "rater": [ours.get("rater") or rater or None for ours, rater in raters],
    }
    for name in _TOLD:
        columns[name] = [
            ours.get(name) if ours.get(name) is not None else (said or {}).get(name)
            for ours, said in zip(own, metadata, strict=True)
        ]
    columns |= {name: [ours.get(name) for ours in own] for name in _DESIGN}
    return columns


def _own(said: dict[str, Any] | None) -> dict[str, Any]:
    """Return what AgentLens wrote into the metadata of a score."""
    if not said:
        return {}
    held = object_of(said.get("agentlens"))
    if held is not None:
        return held
    begin = "agentlens."
    return {key[len(begin) :]: one for key, one in said.items() if key.startswith(begin)}
