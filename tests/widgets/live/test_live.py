"""Does what passes between Python and a view arrive whole, and does nothing break on the way?"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.widgets.live.live import LIVE, Content, Live, said

PACKAGE = Path(__file__).resolve().parents[3] / "agentlens"


class Asked(Live):
    """A view that answers three questions, two of them badly."""

    view: ClassVar[str] = "chart"

    def __init__(self) -> None:
        super().__init__()
        self.out: list[tuple[dict[str, Any], list[bytes]]] = []
        self.heard: list[Content] = []
        self.send = lambda content, buffers=None: self.out.append((content, buffers or []))
        self.show_state({"alt": "Three questions."})

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        return {
            "sum": lambda content: {"sum": sum(content["numbers"])},
            "ours": lambda _: _refuse(),
            "theirs": lambda _: {"ratio": 1 / 0},
            "text": lambda _: {"text": "half \ud800", "nan": float("nan")},
        }

    @property
    def hears(self) -> Mapping[str, Callable[[Content], None]]:
        return {"told": self.heard.append, "broken": _broken}


def _refuse() -> Content:
    raise BadInputError("There is no such day.")


def _broken(_: Content) -> None:
    _refuse()


@pytest.fixture
def live() -> Asked:
    return Asked()


def test_a_question_is_answered_under_its_number(live: Asked) -> None:
    live._hear(None, {"kind": "ask", "seq": 7, "what": "sum", "numbers": [1, 2]}, [])
    assert live.out == [({"kind": "answer", "seq": 7, "text": '{"sum": 3}'}, [])]
    assert live.error is None


def test_what_cannot_be_packed_travels_as_plain_text(live: Asked) -> None:
    live._hear(None, {"kind": "ask", "seq": 1, "what": "text"}, [])
    text = live.out[0][0]["text"]
    assert text.isascii()
    assert json.loads(text) == {"text": "half \ud800", "nan": None}


@pytest.mark.parametrize(
    "what, problem",
    [("ours", "There is no such day."), ("theirs", "ZeroDivisionError: division by zero")],
)
def test_a_failure_is_an_answer_and_is_kept(live: Asked, what: str, problem: str) -> None:
    live._hear(None, {"kind": "ask", "seq": 3, "what": what}, [])
    assert live.out == [({"kind": "answer", "seq": 3, "problem": problem}, [])]
    assert str(live.error) in problem


def test_a_failure_of_an_event_is_a_problem_of_the_view(live: Asked) -> None:
    live._hear(None, {"kind": "broken"}, [])
    assert live.out[0][0]["kind"] == "problem"
    assert live.out[0][0]["problem"] == "There is no such day."


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )
)
def test_no_message_raises(content: object) -> None:
    live = Asked()
    live._hear(None, content, [])
    live._hear(None, {"kind": content, "seq": content, "what": content}, [])
    live._hear(None, {"kind": "ask", "seq": content, "what": "sum", "numbers": content}, [])


def test_what_nobody_knows_is_ignored(live: Asked) -> None:
    for content in ({"kind": "from the future"}, {"kind": "ask", "what": "who"}, {}, "text", None):
        live._hear(None, content, [])
    assert (live.out, live.error) == ([], None)


def test_plotly_travels_as_bytes_in_one_buffer(live: Asked) -> None:
    for bundle, size in (("cartesian", 1_000_000), ("full", 4_000_000)):
        live._hear(None, {"kind": "plotly.js?", "bundle": bundle}, [])
        content, (source,) = live.out.pop()
        assert content["kind"] == "plotly.js"
        assert bundle in content["name"]
        assert len(source) > size


def test_every_state_has_a_number_of_its_own(live: Asked) -> None:
    assert live.rev == 1
    live.show_state({"alt": "Again."}, data=np.array([1.0, np.inf], "<f8").tobytes())
    assert json.loads(live.state)["rev"] == live.rev == 2
    assert np.frombuffer(live.data, "<f8").tolist() == [1.0, np.inf]


# --- what stands where


def test_a_cell_gets_the_view_a_sentence_and_a_card(live: Asked) -> None:
    made, _ = live._repr_mimebundle_()
    assert made["text/plain"] == "Three questions."
    assert "Three questions." in made["text/html"]
    assert made["application/vnd.jupyter.widget-view+json"]["model_id"] == live.model_id
    assert LIVE not in made


def test_a_page_that_asks_gets_all_it_needs(live: Asked) -> None:
    made, _ = live._repr_mimebundle_(include={LIVE})
    assert set(made) == {LIVE}
    bundle = made[LIVE]
    assert bundle == live.bundle()
    assert bundle["state"] == live.state
    assert "export default" in bundle["esm"]
    assert ".al-live" in bundle["css"]
    assert bundle["private"] is True
    json.dumps(bundle)


def test_numbers_that_are_none_are_null() -> None:
    deep = {"a": [np.float64("nan"), {"b": float("-inf")}], "c": np.int64(3), "d": np.bool_(1)}
    assert json.loads(said(deep)) == {"a": [None, {"b": None}], "c": 3, "d": True}


# --- what the package may not hold


def test_the_widget_of_plotly_is_not_used() -> None:
    for path in PACKAGE.rglob("*"):
        if path.suffix in {".py", ".js"}:
            assert "FigureWidget" not in path.read_text(encoding="utf-8"), path
