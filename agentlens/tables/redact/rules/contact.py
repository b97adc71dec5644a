"""Which texts are mail addresses or addresses of machines?"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from agentlens.tables.redact.rules.rule import Rule, Span, matching

__all__ = ["CONTACT", "local_part"]

_LONGEST_LOCAL = 64
_LONGEST_IPV6 = 45
_LOCAL_BACKWARDS = re.compile(r"[\w.+'-]{1,64}")
_DOMAIN = r"(?:[\w-]{1,63}\.){1,8}(?:xn--[\w-]{2,59}|[^\W\d_]{2,63})"
_LONGEST_LOGIN = 400
_LOGIN = re.compile(r"//[^\s/:@\"'<>\\]{1,128}:[^\s/@\"'<>\\]{1,256}$")
_PICTURE = re.compile(r"(?:@|%40)\d(?:\.\d)?x\.")
_AT = re.compile(r"@|%40")
_VERSION = re.compile(
    r"(?:\b(?:v|ver|version|release|rel|build|rev)\.?\s?[:=]?\s?|[=~<>]=\s?|[A-Za-z]-|@)$",
    re.IGNORECASE,
)
_EDITION = re.compile(r"[-+]?(?:alpha|beta|rc|dev|snapshot|post)\b", re.IGNORECASE)
_CUE = 16
_IPV6_CHARACTERS = "0123456789abcdefABCDEF:."
_GROUPS_OF_SIX = 7
_FULL = 4


def local_part(address: str) -> str:
    """Return what stands before the @ of a mail address.

    >>> local_part("ann.smith%40example.com")
    'ann.smith'
    """
    return _AT.split(address, maxsplit=1)[0]


def _mail(match: re.Match[str]) -> Span | None:
    """Return the address around an @, whose name is read backwards from it."""
    text, at = match.string, match.start()
    before = _LOCAL_BACKWARDS.match(text[max(0, at - _LONGEST_LOCAL) : at][::-1])
    if before is None or _PICTURE.match(text, at):
        return None
    name = before.group()[::-1].lstrip(".'-+")
    if not name or name.lower() == "git":  # the login that every git server shares
        return None
    if _LOGIN.search(text[max(0, at - _LONGEST_LOGIN) : at]):  # a password, which is a secret
        return None
    return at - len(name), match.end()


def _ipv4(match: re.Match[str]) -> Span | None:
    text, (begin, end) = match.string, match.span()
    if _VERSION.search(text[max(0, begin - _CUE) : begin]) or _EDITION.match(text, end):
        return None
    try:
        address = IPv4Address(match.group())
    except AddressValueError:
        return None
    return None if _of_nobody(address) else (begin, end)


def _ipv6(text: str) -> Iterator[Span]:
    """Yield the addresses around two colons, read both ways from there."""
    at = 0
    while match := _COLONS.search(text, at):
        tail = text[max(at, match.start() - _LONGEST_IPV6) : match.start()]
        begin = match.start() - (len(tail) - len(tail.rstrip(_IPV6_CHARACTERS)))
        head = text[match.start() : match.start() + _LONGEST_IPV6]
        end = match.start() + len(head) - len(head.lstrip(_IPV6_CHARACTERS))
        end = begin + len(text[begin:end].rstrip("."))
        found = text[begin:end]
        if found.endswith(":") and not found.endswith("::"):
            end -= 1
        if _is_ipv6(text, begin, end):
            yield begin, end
        at = max(end, match.end())


_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")


def _is_ipv6(text: str, begin: int, end: int) -> bool:
    value = text[begin:end]
    beside = text[max(0, begin - 1) : begin] + text[end : end + 1]
    if any(one.isalnum() or one == "_" for one in beside):
        return False
    full = value.count(":") == _GROUPS_OF_SIX and "::" not in value
    if not full and len(value.partition(":")[0]) != _FULL:  # a step such as [1::2], a name a::b
        return False
    if not any(one.isdigit() for one in value):
        return False
    try:
        return not _of_nobody(IPv6Address(value))
    except AddressValueError:
        return False


def _of_nobody(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is every machine's own, or not one that a machine can have."""
    return address.is_loopback or address.is_unspecified or address.is_reserved


CONTACT = (
    Rule("email", matching("@" + _DOMAIN, _mail), "@", ("@",), str.lower),
    Rule("email", matching("%40" + _DOMAIN, _mail), "%40", ("%40",), str.lower),
    Rule(
        "ip",
        matching(r"[0-9](?<![\w.][0-9])[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])", _ipv4),
        r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
        (".",),
    ),
    Rule("ip", _ipv6, "::|(?::[0-9A-Fa-f]{1,4}){3}", (":",), str.lower),
)
"""Mail addresses, and addresses of machines."""
