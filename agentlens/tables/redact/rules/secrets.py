"""Which texts open a door: keys, tokens and passwords?"""

import re
from collections.abc import Callable

from agentlens.tables.redact.rules.rule import Rule, Span, matching

__all__ = ["SECRETS"]

Check = Callable[[re.Match[str]], Span | None]
_LONGEST = 8192
_KEY_END = 20_000
_LONG_WITHOUT_DIGIT = 24
_FOOT = re.compile(r"-----END [A-Z ]{0,40}-----")
_BODY = re.compile(r"[A-Za-z0-9+/=\s\\,:-]{0,16384}")


def _prefixed(prefix: str, body: str, check: Check | None = None) -> Rule:
    """Return the rule of keys that begin with a fixed word, not in the middle of another word."""
    apart = f"(?<![A-Za-z0-9]{re.escape(prefix)})"
    start = re.escape(prefix)
    return Rule("secret", matching(start + apart + body, check), start, (prefix,))


def _with_digit(match: re.Match[str]) -> Span | None:
    """Return the match unless it is only words, as `sk-learn-style-pipelines` is."""
    value = match.group("value") if "value" in match.re.groupindex else match.group()
    told = any(one.isdigit() for one in value) or len(value) >= _LONG_WITHOUT_DIGIT
    worded = value.islower() and "-" in value and not any(one.isdigit() for one in value)
    if not told or worded:
        return None
    return match.span("value" if "value" in match.re.groupindex else 0)


def _private_key(match: re.Match[str]) -> Span:
    """Return a key from its head to its foot, or as far as it may go where it was cut."""
    text, end = match.string, match.end()
    head = text.find("-----BEGIN", end, end + _KEY_END)
    stop = head if head >= 0 else end + _KEY_END
    foot = _FOOT.search(text, end, stop)
    if foot:
        return match.start(), foot.end()
    body = _BODY.match(text, end, stop)
    return match.start(), body.end() if body else end


_TOKEN = "[A-Za-z0-9_-]"  # noqa: S105 - a class of characters, no password
_PART = rf"{_TOKEN}{{5,{_LONGEST}}}+"
_WORD = f"[A-Za-z0-9]{{20,{_LONGEST}}}"

SECRETS = (
    Rule(
        "secret",
        matching(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----", _private_key),
        "-----BEGIN ",
        ("PRIVATE KEY",),
    ),
    Rule(
        "secret",
        matching(rf"eyJ(?<![A-Za-z0-9_-]eyJ){_PART}\.{_PART}(?:\.{_TOKEN}{{0,{_LONGEST}}}){{1,3}}"),
        "eyJ",
        ("eyJ",),
    ),
    _prefixed("sk-", rf"(?:ant-|lf-){_TOKEN}{{6,{_LONGEST}}}", _with_digit),
    _prefixed("sk-", rf"(?!ant-|lf-){_TOKEN}{{16,{_LONGEST}}}", _with_digit),
    _prefixed("pk-lf-", rf"{_TOKEN}{{6,{_LONGEST}}}", _with_digit),
    *(_prefixed(f"gh{kind}_", _WORD) for kind in "pousr"),
    _prefixed("github_pat_", rf"[A-Za-z0-9_]{{20,{_LONGEST}}}"),
    *(_prefixed(f"xox{kind}-", rf"[A-Za-z0-9-]{{10,{_LONGEST}}}", _with_digit) for kind in "abprs"),
    *(_prefixed(start, "[A-Z0-9]{16}(?![A-Za-z0-9])") for start in ("AKIA", "ASIA")),
    _prefixed("AIza", f"{_TOKEN}{{35}}"),
    *(_prefixed(start, _WORD) for start in ("sk_live_", "sk_test_", "rk_live_", "hf_", "npm_")),
    _prefixed("glpat-", rf"{_TOKEN}{{20,{_LONGEST}}}"),
    Rule(
        "secret",
        matching(
            rf"[Ee](?<=[Bb][Ee])(?i:arer)[ :=]{{1,3}}(?P<value>[A-Za-z0-9._~+/=-]{{8,{_LONGEST}}})",
            _with_digit,
        ),
        "[Bb](?:earer|EARER)",
        ("earer", "EARER"),
    ),
    Rule(
        "secret",
        matching(r"//(?P<value>[^\s/:@\"'<>\\]{1,128}:[^\s/@\"'<>\\]{1,256})@"),
        r"//[^\s/@]+@",
        ("//",),
    ),
)
"""Keys of services, signed tokens, private keys, and passwords in addresses."""
