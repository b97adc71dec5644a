"""Does every verb keep the contract of a Result?"""

import inspect
import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pandas as pd
import plotly.graph_objects as go
import pytest

import agentlens as al
from agentlens.result import Fact, Result, Signal
from agentlens.theme import BANDS
from tests.answers import ANSWERS

CASES = [
    pytest.param(verb, make, id=f"{verb}-{place}")
    for verb, makers in ANSWERS.items()
    for place, make in enumerate(makers)
]


def _verbs() -> set[str]:
    """Return the public functions that say they return a Result, and such methods of Results."""
    found = set()
    for name in al.__all__:
        value = getattr(al, name)
        if inspect.isfunction(value) and _answers(value):
            found.add(name)
        if inspect.isclass(value) and issubclass(value, Result):
            methods = inspect.getmembers(value, inspect.isfunction)
            found |= {own for own, method in methods if own[0] != "_" and _answers(method)}
    return found


def _answers(function: Callable[..., object]) -> bool:
    """Return whether a function says that it returns a Result."""
    returned = inspect.get_annotations(function).get("return")
    if isinstance(returned, str):
        returned = function.__globals__.get(returned, getattr(al, returned, None))
    return inspect.isclass(returned) and issubclass(returned, Result)


def test_no_verb_is_missing_from_this_test() -> None:
    assert _verbs() == set(ANSWERS)
    assert {
        kind.verb for kind in Result.__subclasses__() if kind.__module__.startswith("agentlens")
    } == set(ANSWERS)


@pytest.mark.parametrize("verb, make", CASES)
def test_every_answer_keeps_the_contract(verb: str, make: Callable[[], Result]) -> None:
    answer = make()
    assert is_dataclass(answer)
    assert answer.verb == verb
    with pytest.raises(FrozenInstanceError):
        answer.title = "other"  # type: ignore[misc]
    assert type(answer).__eq__ is object.__eq__
    assert all(field.kw_only for field in fields(answer))
    assert answer.title
    assert answer.band in BANDS
    assert answer.headline.endswith((".", "!", "?"))
    assert isinstance(answer.frame, pd.DataFrame)
    assert all(note.endswith(".") for note in answer.caveats)


@pytest.mark.parametrize("verb, make", CASES)
def test_facts_and_signals_can_be_read_and_traced(verb: str, make: Callable[[], Result]) -> None:
    del verb
    answer = make()
    for name, fact in answer.facts().items():
        assert name
        assert isinstance(fact, Fact)
        assert str(fact)
        assert "nan" not in str(fact)
    for signal in answer.signals():
        assert isinstance(signal, Signal)
        assert signal.trace_ids
        assert signal.n > 0
        assert signal.start <= signal.end
    if answer.band == "act":
        assert answer.signals()
    if answer.band == "unknown":
        assert not answer.signals()


@pytest.mark.parametrize("verb, make", CASES)
def test_every_answer_shows_itself(verb: str, make: Callable[[], Result]) -> None:
    answer = make()
    figure = answer.figure()
    assert isinstance(figure, go.Figure)
    assert json.loads(figure.to_json())["data"] is not None
    card = answer.card()
    assert "<script" not in card
    assert answer.band in card
    assert answer.headline in repr(answer)
    told = json.loads(answer.to_json())
    assert (told["verb"], told["band"], told["headline"]) == (verb, answer.band, answer.headline)
    assert len(told["frame"]) == len(answer.frame)
    copy = answer.to_frame()
    copy.iloc[:, 0] = None
    assert answer.frame.iloc[:, 0].notna().all()


@pytest.mark.parametrize("verb, make", CASES)
def test_an_answer_is_published_as_card_and_figure(
    verb: str, make: Callable[[], Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    del verb
    import IPython.display

    shown: list[tuple[dict[str, object], dict[str, object]]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **how: shown.append((data, how)))
    answer = make()
    answer._ipython_display_()
    (card, _), (figure, how) = shown
    assert card["text/html"] == answer.card()
    drawn = figure["application/vnd.plotly.v1+json"]
    assert isinstance(drawn, dict)
    assert drawn["config"]["showSendToCloud"] is False
    assert how["metadata"]["application/vnd.plotly.v1+json"]["agentlens"]["alt"] == answer.headline  # type: ignore[index]
