"""Which texts are bank accounts?"""

import re

from agentlens.tables.redact.rules.rule import Rule, Span, matching, spelt

__all__ = ["ACCOUNTS"]

_LENGTHS = {
    country: length
    for length, countries in (
        (15, "NO"),
        (16, "BE"),
        (18, "DK FI FO GL NL"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU XK"),
        (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"),
        (23, "AE GI IL IQ TL"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"),
        (26, "IS TR"),
        (27, "FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HU LB PL SV"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU"),
        (31, "MT SC"),
        (32, "LC"),
    )
    for country in countries.split()
}
"""How long an account number of each country is; one of another length is none."""

_START = (
    r"[0-9]{2}(?<=[A-Za-z]{2}[0-9]{2})(?<![A-Za-z0-9_][A-Za-z]{2}[0-9]{2})"
    r"(?=[ \u00a0-]?[A-Za-z0-9]{2})"
)
_CHECK = 97


def _account(match: re.Match[str]) -> Span | None:
    """Return as many letters and digits from the country on as its numbers have."""
    text, begin = match.string, match.start() - 2
    length = _LENGTHS.get(text[begin : begin + 2].upper())
    if length is None:
        return None
    whole = re.compile(rf"(?:[A-Za-z0-9][ \u00a0-]?){{{length - 1}}}[A-Za-z0-9](?![A-Za-z0-9])")
    found = whole.match(text, begin)
    if found is None or not _passes(spelt(found.group())):
        return None
    return found.span()


def _passes(account: str) -> bool:
    turned = account[4:] + account[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % _CHECK == 1


ACCOUNTS = (
    Rule("iban", matching(_START, _account), "[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 -]{11}", (), spelt),
)
"""International bank account numbers, by their country's length and their check digits."""
