"""What is the verdict of a score: a number, a word, or both?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agentlens.sources.intake.rows import Columns
from agentlens.sources.langfuse.wire.values import Notes, amount

__all__ = ["ScoreConfig", "score_configs", "verdicts"]

_KINDS = frozenset({"NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION"})


@dataclass(frozen=True)
class ScoreConfig:
    """What a project says of the scores of a name.

    Attributes:
        name: the scores' name.
        low: the least value allowed, None where there is no least.
        high: the greatest.
        categories: the number of each category.
    """

    name: str
    low: float | None
    high: float | None
    categories: Mapping[str, float]


def score_configs(records: Sequence[Any]) -> dict[str, ScoreConfig]:
    """Return the score configs of a project by their ids; odd ones are passed over.

    Args:
        records: the rows of the API's answer.
    """
    found = {}
    for one in records:
        key = one.get("id") if isinstance(one, dict) else None
        if not isinstance(key, str) or not isinstance(one.get("name"), str):
            continue
        listed = one.get("categories")
        held = (
            [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        )
        categories = {
            each["label"]: float(each["value"])
            for each in held
            if isinstance(each.get("label"), str) and type(each.get("value")) in {int, float}
        }
        found[key] = ScoreConfig(
            one["name"], _bound(one.get("minValue")), _bound(one.get("maxValue")), categories
        )
    return found


def verdicts(
    given: Mapping[str, list[Any] | None],
    places: Sequence[str],
    configs: Mapping[str, ScoreConfig],
    notes: Notes,
) -> Columns:
    """Return number, word and kind of each score.

    Args:
        given: the columns value, text, type and config.
        places: where each stands.
        configs: the project's score configs by id.
        notes: told of types that are not known, and of values that are not of their type.
    """
    n = len(places)
    numbers: list[Any] = []
    words: list[Any] = []
    kinds: list[str] = []
    guessed, odd = [], []
    split = given["text"] is not None  # older versions keep the word beside the number
    columns = (given[key] or [None] * n for key in ("value", "text", "type", "config"))
    for place, value, text, said, config in zip(places, *columns, strict=True):
        kind = said if isinstance(said, str) and said in _KINDS else _guess(value, text)
        if kind != said:
            guessed.append(place)
        number: Any = None
        word: Any = None
        if kind == "NUMERIC":
            number = _number(value)
        elif kind == "BOOLEAN":
            number = _truth(value if value not in (None, "") else text)
        else:
            own = value if isinstance(value, str) and not (split and _is_number(value)) else None
            word = (text if isinstance(text, str) else None) or own or None
            if kind == "CATEGORICAL":
                held = configs.get(config) if isinstance(config, str) else None
                number = _category(held, word, value)
        if number is None and word is None:
            odd.append(place)
        numbers.append(number)
        words.append(word)
        kinds.append(kind.lower())
    notes.add("assumed", "kind", "no data type that is known; told from the value", guessed)
    notes.add("missing", "value", "no value of its data type", odd)
    return {"value": numbers, "label": words, "kind": kinds}


def _guess(value: object, text: object) -> str:
    if isinstance(value, bool) or (isinstance(text, str) and text in {"True", "False"}):
        return "BOOLEAN"
    if text or (isinstance(value, str) and not _is_number(value)):
        return "CATEGORICAL"
    return "NUMERIC"


def _is_number(value: str) -> bool:
    return _number(value) is not None


def _number(value: Any) -> float | int | None:
    """Return a number of either sign; a flag is none."""
    plain: Any = value.strip('" ') if isinstance(value, str) else value
    if isinstance(plain, str) and plain[:1] == "-":
        size = amount(plain[1:])
        return None if size is None else -size
    if type(plain) in {int, float} and plain < 0:
        size = amount(-plain)
        return None if size is None else -size
    return amount(plain)


def _truth(value: Any) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return int(value.lower() == "true")
    number = _number(value)
    return int(number) if number in {0, 1} else None


def _category(config: ScoreConfig | None, word: Any, value: Any) -> float | int | None:
    """Return the number of a category; where no config says it, 0 stands for none."""
    if config is not None and isinstance(word, str) and word in config.categories:
        return config.categories[word]
    number = None if value == word else _number(value)
    return number or None


def _bound(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
