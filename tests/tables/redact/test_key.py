"""Is there one key, made once, that nobody else can read and that never shows itself?"""

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.redact.ids import kind_of, stored_id, stored_ids
from agentlens.tables.redact.key import VARIABLE, Key, fingerprint, key_of, redaction_key
from agentlens.tables.redact.policy import Redaction, redaction_of

KEY = b"a key for tests only"
OTHER = b"another key for tests"


def test_the_variable_goes_before_the_file(tmp_path: Path) -> None:
    key = redaction_key(folder=tmp_path, environ={VARIABLE: " correct horse battery \n"})
    assert key.value == b"correct horse battery"
    assert VARIABLE in key.sentence
    assert list(tmp_path.iterdir()) == []


def test_the_first_use_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "settings" / "agentlens"
    first = redaction_key(folder=folder, environ={})
    again = redaction_key(folder=folder, environ={})
    assert first.made
    assert not again.made
    assert first.value == again.value
    assert len(first.value) == 32
    assert [file.name for file in folder.iterdir()] == ["redact.key"]
    assert (folder / "redact.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert str(folder / "redact.key") in first.sentence
    assert redaction_key(folder=tmp_path / "elsewhere", environ={}).value != first.value


def test_the_file_is_in_the_folder_for_settings(tmp_path: Path) -> None:
    key = redaction_key(environ={"XDG_CONFIG_HOME": str(tmp_path)})
    assert key.place == str(tmp_path / "agentlens" / "redact.key")


def test_a_file_system_without_hard_links_gets_one_key_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    assert redaction_key(folder=tmp_path, environ={}).made
    assert not redaction_key(folder=tmp_path, environ={}).made
    assert [file.name for file in tmp_path.iterdir()] == ["redact.key"]


def test_users_that_begin_together_end_with_one_key(tmp_path: Path) -> None:
    for round_ in range(20):
        folder = tmp_path / f"settings-{round_}"
        start = Barrier(6)

        def use(_: int, folder: Path = folder, start: Barrier = start) -> Key:
            start.wait()
            return redaction_key(folder=folder, environ={})

        with ThreadPoolExecutor(6) as pool:
            keys = list(pool.map(use, range(6)))
        assert len({key.value for key in keys}) == 1
        assert sum(key.made for key in keys) == 1
        assert [file.name for file in folder.iterdir()] == ["redact.key"]


@pytest.mark.parametrize("content", ["", "abc\n", "z" * 64 + "\n", "0" * 64])
def test_a_file_that_holds_no_key_is_refused_without_being_shown(
    content: str, tmp_path: Path
) -> None:
    file = tmp_path / "redact.key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(BadInputError, match="does not hold a key") as caught:
        redaction_key(folder=tmp_path, environ={})
    assert not content or content not in str(caught.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    redaction_key(folder=tmp_path, environ={})
    (tmp_path / "redact.key").chmod(0o640)
    with pytest.raises(BadInputError, match="chmod 600"):
        redaction_key(folder=tmp_path, environ={})


@pytest.mark.parametrize("given", ["short", b"short"])
def test_a_key_that_can_be_guessed_is_refused(given: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="16 or more"):
        key_of(given)
    with pytest.raises(BadInputError, match="16 or more"):
        redaction_key(folder=tmp_path, environ={VARIABLE: "short"})


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(BadInputError, match="not int"):
        key_of(5)  # type: ignore[arg-type]  # what a caller may do


def test_a_key_never_shows_itself_and_has_a_fingerprint() -> None:
    key = key_of(KEY)
    assert "tests" not in repr(key)
    assert key_of(key) is key
    assert key.sentence == ""
    assert fingerprint(key) == fingerprint(KEY) != fingerprint(OTHER)
    assert len(fingerprint(key)) == 12


IDS = st.text(min_size=1)


@given(IDS, IDS)
def test_ids_stay_apart_and_are_hashed_only_once(one: str, two: str) -> None:
    kept = stored_id(one, "user", KEY)
    assert stored_id(kept, "user", KEY) == kept
    assert (kept == stored_id(two, "user", KEY)) == (one == two)
    assert kept[2:] != stored_id(one, "session", KEY)[2:]
    assert kept != stored_id(one, "user", OTHER)
    assert len(kept) == 22


def test_a_hashed_id_is_the_published_formula() -> None:
    import base64
    import hashlib
    import hmac

    told = base64.b32encode(hmac.new(KEY, b"user:ann", hashlib.sha256).digest()).decode()
    assert stored_id("ann", "user", KEY) == "u_" + told[:20].lower()


def test_what_only_nearly_has_the_form_is_hashed() -> None:
    for raw in ("u_short", "u_" + "A" * 20, "u_" + "1" * 20, "u_" + "a" * 21, "s_" + "a" * 20):
        assert stored_id(raw, "user", KEY) != raw


def test_a_column_of_ids_keeps_its_gaps_and_its_index() -> None:
    given = pd.Series(["ann", None, "bob", "ann", "5"], index=[3, 3, 1, 0, 9], name="user_id")
    kept = stored_ids(given, "user", KEY)
    assert kept.isna().tolist() == [False, True, False, False, False]
    assert kept.dropna().tolist() == [stored_id(one, "user", KEY) for one in given.dropna()]
    assert kept.index.tolist() == given.index.tolist()
    assert kept.name == "user_id"
    numbers = pd.Series([5.0, None])
    assert stored_ids(numbers, "user", KEY)[0] == kept.iloc[-1]
    assert stored_ids(given.astype("category"), "user", KEY).tolist()[0] == kept.iloc[0]
    assert stored_ids(pd.Series([None, None], dtype="str"), "user", KEY).isna().all()


def test_an_unknown_kind_of_id_is_named() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'user'"):
        stored_id("x", "users", KEY)  # type: ignore[arg-type]  # what a caller may do
    assert kind_of("userId") == "user"
    assert kind_of("users_idle") is None


@pytest.mark.parametrize(
    "said, told",
    [
        ("defualt", "Did you mean 'default'"),
        ({"token": "keyed"}, "Did you mean 'tokens'"),
        ({"tokens": "keys"}, "no sort of tokens 'keys'"),
        ({"patterns": ["mail"]}, "Did you mean 'email'"),
        ({"patterns": "email"}, "must be a list of texts"),
        ({"nations": ["XX"]}, "no country with a national number 'XX'"),
        ({"fields": {"input": "hsah"}}, "Did you mean 'hash'"),
        ({"fields": ["input"]}, "fields must be a mapping"),
        ({"names": [""]}, "must be a list of texts"),
        ({"recogniser": 5}, "must be a function"),
        (5, "must be 'default'"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_what_to_do(said: object, told: str) -> None:
    with pytest.raises((BadInputError, UnknownNameError), match=told):
        redaction_of(said)  # type: ignore[arg-type]  # what a caller may do


def test_the_short_forms_of_a_policy() -> None:
    assert redaction_of(None) is None
    assert redaction_of("default") == Redaction()
    policy = Redaction(fields={"comment": "drop"}, names=("Ottoline",))
    assert redaction_of(policy) is policy
    assert redaction_of({"fields": {"comment": "drop"}, "names": ["Ottoline"]}) == policy
    assert policy.treatment("comment") == "drop"
    assert policy.treatment("input") == "patterns"


def test_a_policy_is_remembered_without_its_names() -> None:
    told = Redaction(names=("Ottoline",)).as_json()
    assert told["names"] == 1
    assert told["version"] == 1
    assert "Ottoline" not in str(told)


def test_a_key_travels_to_another_process() -> None:
    key = Key(KEY, "place")
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301 - made in the line itself
