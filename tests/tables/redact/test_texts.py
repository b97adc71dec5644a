"""Does a text keep its form, lose what it must, and change no more when it is redacted again?"""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.texts.hide import redacted_texts
from agentlens.tables.redact.texts.search import search_of
from agentlens.tables.redact.texts.strings import unescaped, values_of
from agentlens.tables.redact.tokens import TOKEN, Tokens, digest

KEY = "a key for tests only"
PLANTED = [
    "ann@example.com",
    "+49 170 1234567",
    "030 12345678",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "192.168.17.4",
    "2001:db8:85a3::8a2e:370:7334",
    "sk-lf-0f1e2d3c-1111-4222-8333-944455556666",
    "Bearer abc123def456ghi789",
]


def _redacted(text: str, **policy: Any) -> str:
    done = redacted_texts(pd.Series([text], dtype=object), policy=Redaction(**policy), key=KEY)
    return str(done.iloc[0])


SCRAPS = st.sampled_from(
    [
        *PLANTED,
        *["@", ".", " ", "\n", "\\", '"', "\\u0040", "eyJ", "sk-", "//", ":", "::", "+", "<"],
        *["EMAIL_K7Q2>", "<EMAIL_K7Q2>", "Dear Ottoline", "0", "12", "-", "a", "{", "}", "[", "]"],
        *[",", "1234567", "\x00", "\ud800", "🙂", "my name is Ann", "ann", "@b.co", "v", "(", ")"],
    ]
)
TEXTS = st.one_of(st.text(), st.lists(SCRAPS, max_size=14).map("".join))
PLAIN = st.text(max_size=12) | st.sampled_from(PLANTED)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6), inner, max_size=4)
        | inner.map(json.dumps)
    ),
    max_leaves=12,
)


@settings(max_examples=250)
@given(TEXTS)
def test_redacting_again_changes_nothing(text: str) -> None:
    once = _redacted(text)
    assert _redacted(once) == once


@settings(max_examples=100)
@given(TEXTS)
def test_numbered_tokens_change_nothing_the_second_time_either(text: str) -> None:
    once = _redacted(text, tokens="numbered")
    assert _redacted(once, tokens="numbered") == once


@settings(max_examples=150)
@given(TEXTS, st.sampled_from(PLANTED), TEXTS)
def test_a_planted_value_is_gone(before: str, planted: str, after: str) -> None:
    value = planted.removeprefix("Bearer ")
    spaced = f"{before.replace(value, '')} | {planted} | {after.replace(value, '')}"
    assert value not in _redacted(spaced)


@settings(max_examples=200)
@given(value=JSON, ascii_only=st.booleans(), indent=st.sampled_from([None, 2]))
def test_json_stays_json_with_its_keys_and_numbers(
    *, value: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    if not text.startswith(("{", "[", '"')):
        return
    after = json.loads(_redacted(text))
    assert _skeleton(after) == _skeleton(value)


def _skeleton(value: Any) -> Any:
    """Return a JSON value with every string taken out, of JSON in strings as well."""
    if isinstance(value, dict):
        return {key: _skeleton(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_skeleton(one) for one in value]
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return "" if isinstance(value, str) else value
    try:
        return _skeleton(json.loads(value))
    except json.JSONDecodeError:
        return ""


@given(planted=st.sampled_from(PLANTED), ascii_only=st.booleans(), depth=st.integers(0, 3))
def test_a_value_is_found_however_deep_its_json_is_written_as_a_string(
    *, planted: str, ascii_only: bool, depth: int
) -> None:
    value: Any = {"a": [1, {"text": f"hello\n{planted}\nthere é"}], "n": 4111111111111111}
    for _ in range(depth):
        value = {"arguments": json.dumps(value, ensure_ascii=ascii_only), "n": 1}
    before = json.dumps(value, ensure_ascii=ascii_only)
    after = _redacted(before)
    for _ in range(depth):
        value = json.loads(after)
        assert value["n"] == 1
        after = value["arguments"]
    last = json.loads(after)
    assert last["n"] == 4111111111111111
    assert planted not in last["a"][1]["text"]
    assert TOKEN.search(last["a"][1]["text"])
    assert last["a"][1]["text"].startswith("hello\n")
    assert last["a"][1]["text"].endswith("\nthere é")


def test_all_outside_the_value_stays_byte_for_byte() -> None:
    text = '{ "a\\u00e9" :[1.50,1e3, "x\\/y a\\u0040b.co \\ud83d\\ude00"],\r\n "b@c.de": null}'
    token = _redacted("a@b.co")
    assert _redacted(text) == text.replace("a\\u0040b.co", token)


def test_a_key_is_never_changed_but_counted() -> None:
    text = '{"ann@example.com": "bob@example.com"}'
    hits = search_of(Redaction()).found(text)
    assert [(hit.rule, hit.in_key) for hit in hits] == [("email", True), ("email", False)]
    after = _redacted(text)
    assert json.loads(after).keys() == {"ann@example.com"}
    assert "bob@" not in after


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "mail ann@example.com and then it was cut',
        '{"a": "x", ann@example.com}',
        "['ann@example.com']",
        '"ann@example.com": 5',
        "[1] ann@example.com",
        '{"a": "one…tail", "b": ann@example.com"}',
        "C:\\new\\ann@example.com",
        "a\\u006en\\u0040example.com",
    ],
)
def test_what_is_no_json_is_searched_as_it_stands(text: str) -> None:
    after = _redacted(text)
    assert "example.com" not in after
    assert TOKEN.search(after)


def test_a_phone_after_a_written_line_break_is_found_in_a_text_that_was_cut() -> None:
    text = '{"a": "x", "b": cut, "c": "call\\n030 12345678 now'
    assert "12345678" not in _redacted(text)


@pytest.mark.parametrize(
    "key, value", [("user_id", "ann"), ("sessionId", "42-x"), ("attributes.user.id", "ottoline")]
)
def test_an_id_in_json_becomes_the_name_under_which_it_is_kept(key: str, value: str) -> None:
    after = json.loads(_redacted(json.dumps({key: value, "other": value})))
    assert after["other"] == value
    assert after[key][:2] in {"u_", "s_"}
    assert len(after[key]) == 22


def test_an_id_that_is_a_number_in_nested_json_becomes_a_string_there() -> None:
    inner = json.dumps({"user_id": 4711, "n": 4711, "user_id ": None})
    twice = json.dumps({"arguments": json.dumps({"arguments": inner})})
    after = json.loads(json.loads(json.loads(_redacted(twice))["arguments"])["arguments"])
    assert after["n"] == 4711
    assert after["user_id"].startswith("u_")
    assert _redacted(_redacted(twice)) == _redacted(twice)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800 ann@example.com \udc00",
        "[" * 100_000,
        '{"a":' * 100_000,
        '["' * 50_000,
        '"' + '\\"' * 100_000,
        "[" * 100_000 + '"ann@example.com"' + "]" * 100_000,
        "x" * 5_000_000,
        json.dumps({"a": "é\n" * 50_000}),
        "\\" * 100_001,
        "{",
        '"',
        "\\u",
        '{"a": "\\u00',
    ],
    ids=lambda text: text[:10].encode("ascii", "replace").decode(),
)
def test_no_text_breaks_it(text: str) -> None:
    after = _redacted(text)
    assert "ann@example.com" not in after


@given(st.text(), st.text(max_size=5))
def test_a_read_text_knows_where_each_character_was_written(text: str, tail: str) -> None:
    written = json.dumps(text + tail)[1:-1]
    reading = unescaped(written)
    for at in range(len(reading.text) + 1):
        rest = unescaped(written[reading.origin(at) :]).text
        assert rest == reading.text[at:]


@given(JSON)
def test_the_strings_of_json_are_all_found(value: Any) -> None:
    text = json.dumps(value)
    found = values_of(text)
    if not text.startswith(("{", "[", '"')):
        assert found is None
        return
    assert found is not None
    read = [json.loads(f'"{text[one.begin : one.end]}"') for one in found if not one.bare]
    assert read == list(_strings(value))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [one for key, held in value.items() for one in [key, *_strings(held)]]
    return [one for held in value for one in _strings(held)] if isinstance(value, list) else []


def test_a_value_has_one_token_in_a_session_and_another_in_the_next() -> None:
    texts = pd.Series(["ann@example.com", "to ANN@example.com", "bob@example.com", None, "5"])
    done = redacted_texts(texts, pd.Series(["s", "s", "s", "s", "s"]), key=KEY)
    other = redacted_texts(texts, pd.Series(["t"] * 5), key=KEY)
    assert done[1] == f"to {done[0]}"
    assert len({done[0], done[2], other[0], other[2]}) == 4
    assert pd.isna(done[3])
    assert done[4] == "5"
    assert done.dtype == texts.dtype


def test_tokens_depend_on_the_order_of_arrival_only_where_they_are_numbered() -> None:
    texts = pd.Series(["bob@example.com", "ann@example.com", "bob@example.com"])
    keyed = redacted_texts(texts, key=KEY)
    assert redacted_texts(texts[::-1], key=KEY).sort_index().tolist() == keyed.tolist()
    numbered = redacted_texts(texts, policy={"tokens": "numbered"}, key=KEY)
    assert numbered.tolist() == ["<EMAIL_1>", "<EMAIL_2>", "<EMAIL_1>"]


def test_own_names_are_whole_words_in_any_case() -> None:
    after = _redacted("OTTOLINE met Ottoline's ottolines and Ann-Marie.", names=("Ottoline", "ann"))
    assert after.count("<NAME_") == 3
    assert "ottolines" in after
    assert "-Marie" in after


def test_no_rule_looks_into_a_token_and_what_stands_beside_one_is_found() -> None:
    names = ("email", "k7q2", "ottoline")
    after = _redacted("<EMAIL_K7Q2>ottoline <EMAIL_1> email", names=names)
    assert after.startswith("<EMAIL_K7Q2><NAME_")
    assert "> <EMAIL_1> <NAME_" in after


def test_a_recogniser_adds_what_no_pattern_sees_and_is_not_fooled_by_tokens() -> None:
    def cities(text: str) -> list[tuple[int, int, str]]:
        at = text.find("Utrecht")
        return [(at, at + 7, "city")] if at >= 0 else [(0, 10**9, "city")][: text.count("#")]

    after = _redacted("From Utrecht and Utrecht", recogniser=cities)
    assert after.count("<CITY_") == 2
    assert _redacted(after, recogniser=cities) == after


def test_overlapping_finds_become_one_and_nothing_of_either_is_left() -> None:
    def half(text: str) -> list[tuple[int, int, str]]:
        at = text.find("example.com and")
        return [(at, at + 15, "place")] if at >= 0 else []

    assert TOKEN.fullmatch(_redacted("ann@example.com and", recogniser=half))


def test_a_digest_tells_its_parts_apart() -> None:
    key = KEY.encode()
    assert digest(key, "a", "bc") != digest(key, "ab", "c")
    assert digest(key, "a", "b") != digest(b"another key of a test", "a", "b")


def test_numbers_go_on_after_those_that_are_there() -> None:
    tokens = Tokens(KEY.encode(), numbered=True)
    tokens.count_on("s", ["see <EMAIL_7> and <PHONE_2>"])
    assert tokens.of("s", "EMAIL", "a") == "<EMAIL_8>"
    assert tokens.of("t", "EMAIL", "a") == "<EMAIL_1>"
