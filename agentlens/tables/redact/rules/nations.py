"""Which texts are numbers that a state gives to a person?"""

import re
from collections.abc import Callable, Iterable

from agentlens.tables.redact.rules.numbers import passes_luhn
from agentlens.tables.redact.rules.rule import Rule, Span, matching, spelt

__all__ = ["NATIONS"]

_MONTHS, _DAYS = 12, 31
_ODD_VALUES = (
    *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18),
    *(20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
)


def _checked(check: Callable[[str], bool]) -> Callable[[re.Match[str]], Span | None]:
    def span(match: re.Match[str]) -> Span | None:
        return match.span() if check(spelt(match.group())) else None

    return span


def _rule(pattern: str, check: Callable[[str], bool]) -> Rule:
    apart = rf"(?<![\w.+-]){pattern}(?![\w-])"
    return Rule("national_id", matching(apart, _checked(check)), "[0-9]{2}", (), spelt)


def _weighed(digits: str, weights: Iterable[int]) -> int:
    return sum(int(one) * weight for one, weight in zip(digits, weights, strict=False))


def _us(digits: str) -> bool:
    return digits[:3] not in {"000", "666"} and digits[0] != "9" and digits[3:5] != "00"


def _gb(number: str) -> bool:
    return number[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


def _de(digits: str) -> bool:
    """Whether eleven digits end in the tax number's check digit (ISO 7064, modulus 11, 10)."""
    product = 10
    for one in digits[:10]:
        product = 2 * ((int(one) + product) % 10 or 10) % 11
    return digits[0] != "0" and (11 - product) % 10 == int(digits[10])


def _fr(number: str) -> bool:
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(number[13:])


def _es(number: str) -> bool:
    digits = number[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == number[-1]


def _it(number: str) -> bool:
    """Whether fifteen letters and digits end in their check letter; a digit counts as a letter."""
    places = [int(one) if one.isdigit() else ord(one) - ord("A") for one in number]
    total = sum(_ODD_VALUES[one] for one in places[0:15:2]) + sum(places[1:15:2])
    return total % 26 == places[15]


def _nl(digits: str) -> bool:
    return (_weighed(digits[:8], range(9, 1, -1)) - int(digits[8])) % 11 == 0 and int(digits) > 0


def _pl(digits: str) -> bool:
    born = 1 <= int(digits[2:4]) % 20 <= _MONTHS and 1 <= int(digits[4:6]) <= _DAYS
    return born and -_weighed(digits[:10], (1, 3, 7, 9) * 3) % 10 == int(digits[10])


def _br(digits: str) -> bool:
    first = _weighed(digits[:9], range(10, 1, -1)) * 10 % 11 % 10
    second = _weighed(digits[:10], range(11, 1, -1)) * 10 % 11 % 10
    return len(set(digits)) > 1 and digits[9:] == f"{first}{second}"


def _ca(digits: str) -> bool:
    return digits[0] not in "08" and passes_luhn(digits)


def _se(digits: str) -> bool:
    born = 1 <= int(digits[-8:-6]) <= _MONTHS and 1 <= int(digits[-6:-4]) % 60 <= _DAYS
    return born and passes_luhn(digits[-10:])


NATIONS = {
    "BR": _rule(r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", _br),
    "CA": _rule(r"[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}", _ca),
    "DE": _rule(r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}", _de),
    "ES": _rule(r"(?:[0-9]{8}|[XYZxyz][0-9]{7})-?[A-Za-z]", _es),
    "FR": _rule(r"[1-478] ?[0-9]{2} ?[0-9]{2} ?[0-9][0-9ABab] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", _fr),
    "GB": _rule(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]", _gb),
    "IT": _rule(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]", _it),
    "NL": _rule(r"[0-9]{9}", _nl),
    "PL": _rule(r"[0-9]{11}", _pl),
    "SE": _rule(r"(?:19|20)?[0-9]{6}[-+][0-9]{4}", _se),
    "US": _rule(r"[0-9]{3}-[0-9]{2}-[0-9]{4}", _us),
}
"""National numbers by country; off unless a policy names the country."""
