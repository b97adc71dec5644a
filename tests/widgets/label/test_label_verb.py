"""Does `label` ask where somebody can answer: in a notebook with a view, else at the keyboard?"""

import io
import sys
from types import SimpleNamespace

import pytest

import agentlens as al
from agentlens.widgets.label.labels import Labels
from tests.widgets.label.benches import plan_of


def test_a_notebook_gets_a_view(monkeypatch: pytest.MonkeyPatch) -> None:
    core = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython.core.getipython", core)
    labels = al.label(plan_of(), rater="ana", store=None)
    assert isinstance(labels, Labels)
    assert repr(labels) == "Labels(0 of 21 labelled)"
    answered = al.label(plan_of(), rater="ana", answers=lambda _: "p", store=None)
    assert isinstance(answered, al.Marks)


def test_a_terminal_is_asked_at_the_keyboard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(
        sys.modules, "IPython.core.getipython", SimpleNamespace(get_ipython=lambda: None)
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("f\n\nq\n"))
    marks = al.label(plan_of(), rater="ana", store=None)
    assert isinstance(marks, al.Marks)
    assert marks.labels["label"].tolist() == ["fail"]
    assert "p pass" in capsys.readouterr().out
