"""What does a channel hear of a report: its band, its numbers, what to do, and where the file is?"""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from agentlens.errors import BadInputError
from agentlens.report.files.markdown import numbers
from agentlens.report.files.plain import visible, whole_lines
from agentlens.report.parts.points import pointed
from agentlens.theme import mark

if TYPE_CHECKING:
    from agentlens.report.report import Report

__all__ = ["digest"]

_MOST = 3000
_LONG = 400
_LONGEST_LINK = 1000
_ADDRESS = "%/:=&?~#+!$,;'@()*[]"


def digest(report: "Report", link: str = "") -> dict[str, Any]:
    """Return the top of a report as a message that `webhook` posts and Slack shows as it is.

    Args:
        report: any.
        link: the address of its file, or where else it lies; "" to say nothing of it.

    Example:
        >>> import agentlens as al
        >>> report = al.Report("The day", [al.worst(al.demo().last("24h"))])
        >>> print(digest(report, "https://reports.example.com/day.html")["text"])
        *The day*
        ◇ watch · 1 result: 1 watch
        <https://reports.example.com/day.html|Open the report>
    """
    end = _linked(link)
    name = ", ".join(filter(None, (report.title, report.period)))
    lines = [
        f"*{_safe(name).replace('*', '')}*",
        f"{mark(report.band)} · {report.tally}",
        *(f"• {_safe(one)}: {_safe(said)}" for one, said in numbers(report.highlights).items()),
        *(f"{n}. {_safe(one.says)}" for n, one in enumerate(pointed(report.actions), start=1)),
    ]
    text = whole_lines(lines, _MOST - len(end) - 1)
    return {"text": f"{text}\n{end}" if end else text}


def _linked(link: str) -> str:
    """Return the last line: a link for an address, words for a path."""
    if len(link) > _LONGEST_LINK:
        message = (
            f"digest(link=...): an address has at most {_LONGEST_LINK:,} characters; this one has "
            f"{len(link):,}. Pass where the file lies."
        )
        raise BadInputError(message)
    if not link:
        return ""
    if not link.lower().startswith(("https://", "http://")):
        return f"The report: {_safe(link)}"
    address = quote(link, safe=_ADDRESS).replace("&", "&amp;")
    return f"<{address}|Open the report>"


def _safe(words: object) -> str:
    cut = visible(words, most=_LONG)
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
