"""How does text from anywhere stay text in Markdown, on GitHub, in a wiki and in a chat?

A backslash is not enough: addresses, mentions and issue numbers become links after Markdown has been
read. A space of no width breaks them, and nobody sees it.
"""

import re
from html import unescape

from agentlens import html
from agentlens.text import plural

__all__ = ["fenced", "inline", "visible", "whole_lines"]

_BREAK = "\N{ZERO WIDTH SPACE}"
_SPECIAL = str.maketrans({one: f"\\{one}" for one in "\\`*[]|~$"} | {"&": "&amp;", "<": "&lt;"})
_LINKS = re.compile(
    r"(?<=:)(?=//)|(?<=\])(?=[(:\[])|(?<=\bwww)(?=\.)|(?<=@)(?=[\w-]+\.)|(?<!\w@)(?<=@)(?=\w)|(?<=#)(?=\w)",
    re.IGNORECASE,
)
# Between letters an underscore is only that; elsewhere it could begin or end emphasis.
_LOOSE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# What makes a list, a quotation, a heading or a rule of a line that begins with it.
_START = re.compile(r"^(?:(?=[-+](?:\s|$)|[-=]{2,}$|>|#{1,6}(?:\s|$))|(\d+)(?=[.)](?:\s|$)))")


def visible(text: object, *, most: int = 300) -> str:
    r"""Return text on one line, its hidden characters made visible, with nothing to follow in it.

    Args:
        text: of any origin.
        most: characters of it.

    Example:
        >>> visible("a\u202eb\n@here https://x.y").encode("ascii", "replace")
        b'a\\u202eb @?here https:?//x.y'
    """
    return _LINKS.sub(_BREAK, " ".join(unescape(html.safe(text, most=most)).split()))


def inline(text: object, *, most: int = 300) -> str:
    r"""Return text as Markdown in which nothing of it is markup.

    Args:
        text: of any origin.
        most: characters of it.

    Example:
        >>> inline("[a] <script> `x` strong_completion")
        '\\[a\\] &lt;script> \\`x\\` strong_completion'
        >>> inline("- 1"), inline("1. x"), inline("-1.5 points"), inline("tone@3")
        ('\\- 1', '1\\. x', '-1.5 points', 'tone@3')
    """
    escaped = visible(text, most=most).translate(_SPECIAL)
    return _START.sub(r"\1\\", _LOOSE.sub(r"\\_", escaped))


def fenced(text: str, *, most: int = 100) -> list[str]:
    """Return text as lines that Markdown shows as they are, behind a fence that none of them closes.

    Args:
        text: of any origin.
        most: lines of it.

    Example:
        >>> fenced("a  b")
        ['```', 'a  b', '```']
    """
    lines = [unescape(html.safe(line, most=500)) for line in text.splitlines()[:most]]
    ticks = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    return [fence, *lines, fence]


def whole_lines(lines: list[str], most: int) -> str:
    r"""Return as many lines as fit, and how many do not.

    Args:
        lines: each is kept whole or left out.
        most: characters.

    Example:
        >>> whole_lines(["one", "two", "a line that is longer"], 24)
        'one\n… and 2 lines more'
    """
    text = "\n".join(lines)
    kept = len(lines)
    while len(text) > most and kept:
        kept -= 1
        text = "\n".join([*lines[:kept], f"… and {plural(len(lines) - kept, 'line')} more"])
    return text if len(text) <= most else ""
