"""Are repeats and corrections found as a slow and plain second look finds them?"""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.signals.mapping.evidence import gather
from agentlens.sources.signals.turns.follow import followed
from agentlens.sources.signals.turns.phrases import LANGUAGES, Language, folded
from agentlens.sources.signals.turns.repeats import Asked, alike, repeats
from agentlens.sources.signals.turns.table import turns_of
from tests.sources.signals.talks import NOW, Said, tables_of, talk

ENGLISH = LANGUAGES[0]
NONE = pd.DataFrame({"trace_id": pd.Series(dtype="str")})

CORRECTIONS = (
    "No, the blue one.",
    "nope, that's the wrong order",
    "That's not right",
    "That is incorrect!",
    "that was wrong",
    "Wrong!",
    "I meant next Tuesday",
    "Sorry, I meant the other account",
    "I asked for a refund, not a voucher",
    "Actually I wanted two",
    "Not what I asked",
    "You misunderstood, I need the invoice",
    "That didn't work",
    "It still doesn't load",
    "Hm, you are wrong about the date",
    "This is still wrong",
    "I never said that",
    "Try again please",
    "please fix that",
)
NO_CORRECTIONS = (
    "No thanks",
    "No, that's all, thank you",
    "No problem!",
    "no worries",
    "No",
    "No, I don't need anything else",
    "Thanks, that is right",
    "What is wrong with my order?",
    "Is it not possible to pay later?",
    "Notify me when it arrives",
    "Nobody called me yet",
    "I want to know more about it",
    "Great. Where is it now?",
    "Actually, one more question",
    "I never ordered the second one on this invoice",
)


@pytest.mark.parametrize("text", CORRECTIONS)
def test_a_correction_is_heard(text: str) -> None:
    assert ENGLISH.corrects(folded(text))


@pytest.mark.parametrize("text", NO_CORRECTIONS)
def test_what_only_sounds_like_a_correction_is_none(text: str) -> None:
    assert not ENGLISH.corrects(folded(text))


def test_folding_leaves_words_alone() -> None:
    assert folded("  Où EST-ce…\n\tdon’t ") == "où est ce dont"
    assert folded("👍!") == ""
    assert folded("a_b-C") == "a b c"


def test_a_language_can_be_added() -> None:
    german = Language(
        "de",
        frozenset({"wo", "ist", "meine", "ich", "nicht", "das"}),
        corrections=("nein(?! danke)", "das (?:ist|war) (?:falsch|nicht)"),
    )
    rest = tuple(one for one in LANGUAGES if one.code != "de")
    said = tables_of(
        (talk("", Said("Wo ist meine Bestellung?"), Said("Nein, das meinte ich nicht")),)
    )
    evidence = gather(said.traces, said.spans, said.scores, said.metadata)
    assert followed(evidence, NOW).user_corrected.series.isna().all()
    found = followed(evidence, NOW, (*rest, german)).user_corrected.series
    assert found.tolist() == [True, False]


def _plainly(texts: list[str], minutes: list[int], sessions: list[int]) -> list[bool]:
    """Look at every pair of turns, one after the other."""
    found = [False] * len(texts)
    for one, other in combinations(range(len(texts)), 2):
        if sessions[one] != sessions[other] or minutes[other] - minutes[one] > 30:
            continue
        a, b = ({t[i : i + 5] for i in range(len(t) - 4)} for t in (texts[one], texts[other]))
        near = bool(a | b) and len(a & b) / len(a | b) >= 0.8
        found[other] |= texts[one] == texts[other] or near
    return found


_WORDS = st.lists(st.sampled_from(["order", "refund", "tomorrow", "lyon"]), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(_WORDS.map(" ".join), st.integers(0, 90), st.integers(0, 2)),
        min_size=1,
        max_size=18,
    )
)
def test_repeats_are_those_of_a_look_at_every_pair(rows: list[tuple[str, int, int]]) -> None:
    ordered = sorted(rows, key=lambda row: (row[2], row[1]))
    texts, minutes = [row[0] for row in ordered], [row[1] for row in ordered]
    sessions = [row[2] for row in ordered]
    distinct = sorted(set(texts))
    asked = Asked(
        np.array(sessions, dtype=np.int64),
        (NOW + pd.to_timedelta(minutes, unit="min")).tz_localize(None).to_numpy(),
        np.array([distinct.index(one) for one in texts], dtype=np.int64),
        distinct,
        np.ones(len(distinct), dtype=bool),
    )
    assert repeats(asked).tolist() == _plainly(texts, minutes, sessions)


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789äöüéèà"


@pytest.mark.parametrize(
    "one, other, same",
    [
        (LETTERS[:26], LETTERS[:29], True),  # 22 pieces of 25 are shared
        (LETTERS[:26], LETTERS[:32], False),  # 22 of 28
        (LETTERS, LETTERS.replace("u", "x"), False),  # 33 of 43; with pieces of four 35 of 43
        ("x" * 60, "x" * 6, True),  # one piece, and the same
        ("abcd", "abce", False),
    ],
)
def test_texts_are_alike_from_four_fifths_of_their_five_character_pieces_on(
    one: str,
    other: str,
    same: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    asked = Asked(
        np.zeros(2, dtype=np.int64),
        np.array(["2026-11-01T10:00", "2026-11-01T10:30"], dtype="datetime64[us]"),
        np.array([0, 1], dtype=np.int64),
        [one, other],
        np.ones(2, dtype=bool),
    )
    assert repeats(asked).tolist() == [False, same]


@given(st.frozensets(st.integers(0, 12)), st.frozensets(st.integers(0, 12)))
def test_alike_is_four_fifths_of_all_that_both_have(
    one: frozenset[int], other: frozenset[int]
) -> None:
    whole = one | other
    share = len(one & other) / len(whole) if whole else 0.0
    texts = [frozenset(map(str, both)) for both in (one, other)]
    assert alike(texts[0], texts[1]) == (share >= 0.8)


def test_turns_come_from_the_models_where_the_root_has_no_messages() -> None:
    start = NOW - pd.Timedelta("2h")
    traces = pd.DataFrame(
        {"trace_id": ["a", "b"], "session_id": ["s", "s"], "input": ["Where is it?", "What else?"]}
    ).assign(start=[start, start + pd.Timedelta("50min")])
    heard = ["Where is it?", "Where is it?", "That is wrong", "Where is it?"]
    spans = pd.DataFrame(
        {
            "trace_id": ["a"] * 5 + ["b"] * 2,
            "span_id": list("rwxyzqp"),
            "parent_id": [None, *"rrrr", None, "q"],
            "kind": ["agent", *["llm"] * 4, "agent", "llm"],
            "input": [None, *heard, "What else?", "An inner prompt"],
            "start": [start + pd.Timedelta(i, "min") for i in (0, 1, 2, 3, 4, 50, 51)],
        }
    )
    evidence = gather(traces, spans, NONE, NONE)
    turns = turns_of(evidence)
    said = [turns.texts[one] for one in turns.text]
    assert said == ["where is it", "that is wrong", "where is it", "what else"]
    found = followed(evidence, NOW)
    assert found.user_corrected.series.tolist() == [True, False]
    assert found.repeated_prompts.series.tolist() == [1, 0]


def test_what_an_agent_says_to_its_models_is_not_the_user() -> None:
    traces = pd.DataFrame(
        {"trace_id": ["a"], "session_id": "s", "input": "Where is it?", "start": NOW}
    )
    spans = pd.DataFrame(
        {
            "trace_id": "a",
            "span_id": list("rxy"),
            "parent_id": [None, "r", "r"],
            "kind": ["agent", "llm", "llm"],
            "input": ["Where is it?", "Summarise the order", "Write a kind answer"],
            "start": NOW,
        }
    )
    turns = turns_of(gather(traces, spans, NONE, NONE))
    assert [turns.texts[one] for one in turns.text] == ["where is it"]


def test_a_repeat_is_found_behind_other_turns() -> None:
    between = ["Who are you?", "What is new?", "How much is it?", "Which one is best?"]
    said = ["Where is my order from last week?", *between, "Where is my order from last weeks?"]
    traces = pd.DataFrame({"trace_id": list("abcdef"), "session_id": "s", "input": said})
    traces["start"] = [NOW - pd.Timedelta(60 - i, "min") for i in range(6)]
    found = followed(gather(traces, NONE, NONE, NONE), NOW).repeated_prompts.series
    assert found.tolist() == [0, 0, 0, 0, 0, 1]


def test_one_session_for_everybody_does_not_take_forever() -> None:
    n = 3_000
    traces = pd.DataFrame(
        {
            "trace_id": [f"t{i:05d}" for i in range(n)],
            "session_id": "default",
            "start": [NOW - pd.Timedelta(n - i, "s") for i in range(n)],
            "input": [f"Where is the order number {i % 700} of mine" for i in range(n)],
        }
    )
    found = followed(gather(traces, NONE, NONE, NONE), NOW).repeated_prompts.series
    assert found.tolist()[:1] == [0]
    assert found.iloc[700:].eq(1).all()
