import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.widgets.show.texts.binary import binary, without_binary
from agentlens.widgets.show.texts.fields import STEP, field, piece
from agentlens.widgets.show.texts.nodes import nodes

PNG = b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4).decode()


def value(node: Any) -> Any:
    """What a folded form stands for."""
    if isinstance(node, str):
        return node
    if "v" in node:
        return json.loads(node["v"])
    if "a" in node:
        return [value(one) for one in node["a"]]
    return {key: value(one) for key, one in node["o"]}


def test_a_short_text_is_itself() -> None:
    assert field("Where is it?") == {"size": 12, "text": "Where is it?"}


def test_a_long_text_shows_its_head_its_tail_and_its_true_size() -> None:
    text = "a" * 3_000 + "é" * 500_000 + "z" * 1_000
    told = field(text)
    assert told["text"] == "a" * 3_000
    assert told["tail"] == "z" * 1_000
    assert told["size"] == 504_000
    assert told["told"] == "1.0 MB"


def test_pieces_from_the_end_of_the_head_make_the_whole() -> None:
    text = "".join(chr(97 + at % 26) for at in range(2 * STEP + 12_345))
    told = field(text)
    whole, at = told["text"], told["end"]
    while at < told["size"]:
        one = piece(text, at)
        assert len(one["text"]) <= STEP
        whole, at = whole + one["text"], one["end"]
    assert whole == text


@pytest.mark.parametrize("start", [-5, 10**9])
def test_a_piece_from_nowhere_is_within_the_text(start: int) -> None:
    assert 0 <= piece("abc", start)["start"] <= piece("abc", start)["end"] <= 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5)
    ),
    max_leaves=15,
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(json_values, max_size=4)
    | st.dictionaries(st.text(max_size=9), json_values, max_size=4)
)
def test_json_that_fits_is_folded_whole(held: object) -> None:
    assert value(nodes(json.dumps(held), 100_000)) == held


@settings(max_examples=30, deadline=None)
@given(st.lists(json_values, max_size=20), st.integers(0, 300))
def test_what_is_cut_from_json_is_counted(held: list[object], most: int) -> None:
    node = nodes(json.dumps(held), most)
    assert node.get("n", len(node["a"])) == len(held)


def test_numbers_keep_every_digit() -> None:
    told = nodes('{"id": 12345678901234567890, "share": 0.10}', 1000)
    assert told["o"] == [["id", {"v": "12345678901234567890"}], ["share", {"v": "0.10"}]]


def test_a_hundred_levels_are_folded_and_a_hundred_thousand_stay_text() -> None:
    assert "json" in field("[" * 100 + "1" + "]" * 100)
    assert "text" in field("[" * 100_000 + "]" * 100_000)


def test_what_only_looks_like_json_is_text() -> None:
    assert field('{"a": 1')["text"] == '{"a": 1'


@pytest.mark.parametrize("text", [PNG, f"data:image/png;base64,{PNG}"])
def test_bytes_are_shown_as_type_and_size(text: str) -> None:
    assert binary(text) == ("image/png", 1032)
    assert field(text)["binary"] == "image/png"


@pytest.mark.parametrize("text", ["x" * 1_000_000, "deadbeef" * 100, "Word " * 200, "A" * 300])
def test_words_are_not_taken_for_bytes(text: str) -> None:
    assert binary(text) is None


def test_bytes_inside_texts_and_json_are_named_and_not_sent() -> None:
    assert without_binary(f"see data:image/png;base64,{PNG} there") == (
        "see [image/png, 1,032 bytes as base64] there"
    )
    told = json.dumps(field(json.dumps({"image": PNG, "url": f"data:image/png;base64,{PNG}"})))
    assert PNG[:60] not in told
    assert told.count("image/png") == 2


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=6_000))
def test_no_text_is_refused(text: str) -> None:
    json.dumps(field(text))
    json.dumps(field(text + "\ud800\x00"))
