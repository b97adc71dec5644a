"""Does each pattern find what gives somebody away, leave alone what does not, and stay linear?"""

import json

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.rules.catalogue import RULES, chosen
from agentlens.tables.redact.rules.contact import local_part
from agentlens.tables.redact.rules.nations import NATIONS
from agentlens.tables.redact.rules.numbers import passes_luhn
from agentlens.tables.redact.texts.columns import marks_of
from agentlens.tables.redact.texts.search import search_of

SEARCH = search_of(Redaction())
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow"
    + "IBAAKCAQEA\n" * 20
    + "-----END RSA PRIVATE KEY-----"
)

GIVES_AWAY = [
    ("email", "ann@example.com"),
    ("email", "ann.smith+news@mail.example.co.uk"),
    ("email", "o'neil_77@sub-domain.example.org"),
    ("email", "jürgen@müller.example"),
    ("email", "a" * 64 + "@example.com"),
    ("email", "info@xn--bcher-kva.example"),
    ("email", "ann%40example.com"),
    ("phone", "+49 170 1234567"),
    ("phone", "+491701234567"),
    ("phone", "+1 (555) 123-4567"),
    ("phone", "+44 20 7946 0958"),
    ("phone", "(555) 123-4567"),
    ("phone", "555-123-4567"),
    ("phone", "555.123.4567"),
    ("phone", "1-800-555-1234"),
    ("phone", "030 12345678"),
    ("phone", "0170-1234567"),
    ("phone", "0171 / 123 45 67"),
    ("phone", "06 12 34 56 78"),
    ("phone", "06.12.34.56.78"),
    ("phone", "612 34 56 78"),
    ("phone", "91 123 45 67"),
    ("phone", "020 7946 0958"),
    ("card", "4111111111111111"),
    ("card", "4111 1111 1111 1111"),
    ("card", "5555-5555-5555-4444"),
    ("card", "378282246310005"),
    ("card", "3782 822463 10005"),
    ("card", "6011111111111117"),
    ("card", "30569309025904"),
    ("card", "3530111333300000"),
    ("card", "2223003122003222"),
    ("card", "4222222222222"),
    ("card", "6304 9000 1774 0292 441"),
    ("iban", "DE89370400440532013000"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "de89 3704 0044 0532 0130 00"),
    ("iban", "GB29 NWBK 6016 1331 9268 19"),
    ("iban", "FR1420041010050500013M02606"),
    ("iban", "MT84MALT011000012345MTLCAST001S"),
    ("iban", "NO93 8601 1117 947"),
    ("ip", "192.168.17.4"),
    ("ip", "8.8.8.8"),
    ("ip", "2001:db8:85a3::8a2e:370:7334"),
    ("ip", "fe80::1ff:fe23:4567:890a"),
    ("ip", "2001:0db8:0000:0000:0000:ff00:0042:8329"),
    ("secret", "sk-proj-Ab3dEf6hIj9kLmN2pQrS"),
    ("secret", "sk-ant-api03-Zx81kQ"),
    ("secret", "sk-lf-0f1e2d3c-1111-4222-8333-944455556666"),
    ("secret", "pk-lf-0f1e2d3c-1111-4222-8333-944455556666"),
    ("secret", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
    ("secret", "gho_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
    ("secret", "github_pat_" + "11ABCDEFG0123456789_abcdefghij"),
    ("secret", "xoxb-123456789012-abcdefghij"),
    ("secret", "AKIAIOSFODNN7EXAMPLE"),
    ("secret", "ASIAIOSFODNNEEXAMPLE"),
    ("secret", "AIza" + "SyA1234567890abcdefghijklmnopqrstuv"),
    ("secret", JWT),
    ("secret", PEM),
    ("name", "Ottoline"),
]
AROUND = ["{}", "see {}, please", "({})", "key={} end", '"{}"', "a: {}\nb", "<b>{}</b>", "{}."]
LEADS = {"name": "Dear {}, hello", "secret": "use {} now"}

STAYS = [
    "550e8400-e29b-41d4-a716-446655440000",
    "12345678-1234-4234-8234-123456789012",
    "abcdef12-4111-4111-8111-411111111111",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00f067aa0ba902b7",
    "0123456789012345",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "$1,234,567.89",
    "1 234 567 890 EUR",
    "EUR 512 345 678",
    "601 234 567 €",
    "1.234.567.890,00",
    "price 14.99, was 19.99",
    "3.14159265358979",
    "0.4111111111111111",
    "2026-11-18",
    "2026-11-18T10:00:00.123456Z",
    "2026-11-18 10:00:00+00:00",
    "2026-11-18 10 00 00",
    "18.11.2026 10:00",
    "18/11/2026 09:15",
    "08.11.2026 1015",
    "01/02/2026 10 rows",
    "20261118T100000",
    "1763460000",
    "1763460000123",
    "1763460000123456",
    "1763460000123456789",
    "v1.2.3.4",
    "version 1.2.3.4",
    "langfuse==4.16.0.1",
    "chrome/120.0.6099.109",
    "node-18.17.1.2",
    "1.2.3",
    "1.2.3.4.5",
    "127.0.0.1",
    "255.255.255.0",
    "order 123-456-789",
    "ORD-2026-0001234",
    "invoice no. 2026-0001-23456",
    "ticket #555-123-4567",
    "ISBN 978-3-16-148410-0",
    "4111 1111 1111 1112",
    "0000 0000 0000 0000",
    "DE88 3704 0044 0532 0130 00",
    "values[1::2]",
    "rows[::2]",
    "std::vector<int> face::add",
    "00:1a:2b:3c:4d:5e",
    "10:20:30",
    "def total(a: int, b: int = 0) -> int: return a @ b",
    "@app.route('/users')",
    "react@18.2.0",
    "logo@2x.png",
    "git@github.com:owner/project.git",
    "risk-adjusted-return-on-capital-2026",
    "sk-learn-style-pipelines",
    "task-force-one-and-two",
    "the bearer of good news",
    "Bearer authentication",
    "Dear customer",
    "Dear Sir or Madam",
    "my name is not important",
    "https://example.com/a/b?c=1#d",
    "http://localhost:8080/health",
    "-----BEGIN PUBLIC KEY-----",
    "eyJ is how such a token begins",
    "input_tokens=1234 output_tokens=56789012",
    "1 2 3 4 5 6 7 8 9 10 11 12 13",
    "12 of 14 passed, 86% (n = 1,234)",
    "#1234567890",
]


def _rules(text: str) -> list[str]:
    return [hit.rule for hit in SEARCH.found(text)]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("rule, value", GIVES_AWAY, ids=lambda one: one[:24])
def test_what_gives_somebody_away_is_found_whole(rule: str, value: str, around: str) -> None:
    text = around.replace("{}", LEADS.get(rule, "{}").replace("{}", value))
    hits = [hit for hit in SEARCH.found(text) if hit.rule == rule]
    assert [text[hit.begin : hit.end].strip("(") for hit in hits] == [value.strip("(")], text


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert _rules(text) == []
    assert _rules(f"it says {text}, and so on") == []
    assert _rules(json.dumps({"text": text})) == []


@pytest.mark.parametrize("rule, value", GIVES_AWAY, ids=lambda one: one[:24])
def test_the_search_of_all_texts_at_once_suspects_all_that_is_found(rule: str, value: str) -> None:
    lead = LEADS.get(rule, "{}").replace("{}", value)
    suspects = dict(search_of(Redaction(patterns=(rule,))).suspects)
    every = "|".join(suspects.values())
    assert pc.match_substring_regex(pa.array([lead]), every).to_pylist() == [True]
    marks = marks_of([lead], list(suspects.values()))
    names = [name for place, name in enumerate(suspects) if marks[0] >> place & 1]
    narrow = search_of(Redaction()).narrowed(names)
    assert rule in [hit.rule for hit in narrow.found(lead)]


@pytest.mark.parametrize(
    "text, hidden",
    [
        ("https://ann:hunter2@example.com/x", "ann:hunter2"),
        ("postgres://app:s3cr%40t@db.example.com:5432/main", "app:s3cr%40t"),
        ("Authorization: Bearer abc123def456ghi789", "abc123def456ghi789"),
        ("my name is ottoline Smythe-Li.", "ottoline"),
        ("Sehr geehrte Frau Ottoline Brandt,", "Ottoline"),
        ("Dear Mr. Abernathy", "Abernathy"),
    ],
)
def test_what_is_hidden_in_a_phrase_leaves_the_phrase(text: str, hidden: str) -> None:
    spans = [text[hit.begin : hit.end] for hit in SEARCH.found(text)]
    assert spans[0] == hidden


def test_a_card_at_any_place_in_a_long_row_of_numbers_is_found() -> None:
    for before in range(14):
        for filler in ("1234", "12345", "1234567890123456789012345", "12"):
            text = " ".join([filler] * before + ["4111 1111 1111 1111", "7", "77"])
            begin = text.index("4111")
            covered = [(hit.begin, hit.end) for hit in SEARCH.found(text) if hit.rule == "card"]
            assert any(a <= begin and begin + 19 <= b for a, b in covered), text


@pytest.mark.parametrize(
    "nation, value, false",
    [
        ("US", "123-45-6789", "000-45-6789"),
        ("GB", "AB 12 34 56 C", "BG 12 34 56 C"),
        ("DE", "86095742719", "86095742718"),
        ("FR", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
        ("ES", "12345678Z", "12345678A"),
        ("ES", "X1234567L", "X1234567M"),
        ("IT", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("NL", "111222333", "111222334"),
        ("PL", "44051401359", "44051401358"),
        ("BR", "529.982.247-25", "529.982.247-26"),
        ("CA", "130 692 544", "130 692 545"),
        ("SE", "811218-9876", "811218-9875"),
    ],
)
def test_national_numbers_are_found_where_a_policy_names_the_country(
    nation: str, value: str, false: str
) -> None:
    named = search_of(Redaction(patterns=(), nations=(nation,)))
    assert [hit.rule for hit in named.found(f"it is {value}, yes")] == ["national_id"]
    assert named.found(f"it is {false}, yes") == []
    assert "national_id" not in _rules(f"it is {value}, yes")


def test_every_rule_has_a_name_of_its_own_and_the_countries_are_off_by_default() -> None:
    assert set(RULES) == {"secret", "email", "ip", "iban", "card", "phone", "name"}
    assert {rule.name for rule in chosen(RULES, ())} == set(RULES)
    assert len(NATIONS) == 11


def test_the_name_of_an_address_is_what_stands_before_the_at() -> None:
    assert local_part("ann@example.com") == local_part("ann%40example.com") == "ann"


@given(st.text("0123456789", min_size=12, max_size=18))
def test_exactly_one_check_digit_passes(digits: str) -> None:
    assert sum(passes_luhn(digits + str(last)) for last in range(10)) == 1


MAIL = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[a-z][a-z0-9._+-]{0,30}[a-z0-9]", fullmatch=True),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}[a-z0-9](\.[a-z]{2,8}){0,3}", fullmatch=True),
    st.sampled_from(["com", "org", "example", "co", "museum"]),
)


@given(MAIL, st.sampled_from(AROUND))
def test_any_mail_address_is_found(address: str, around: str) -> None:
    if address.startswith("git@"):
        return
    text = around.replace("{}", address)
    assert any(text[hit.begin : hit.end] == address for hit in SEARCH.found(text))
