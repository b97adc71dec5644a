"""How does text from anywhere become a page that is safe and legible, in light and dark?

Colours come from the surrounding page: text is inherited, lines are mixed from it, so that the same
card reads on any background without knowing the theme.
"""

from collections.abc import Iterable, Mapping
from html import escape
from math import isnan

import pandas as pd

from agentlens.theme import BANDS, Band

__all__ = ["card", "cell", "chip", "followed", "paragraph", "safe", "table"]

_CUT = 300
_HIDDEN = {*range(32), 127, *range(0x80, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)}
_HIDDEN |= {*range(0x2060, 0x2070), 0xFEFF, *range(0xD800, 0xE000)}
_MARKS = {point: f"\\u{point:04x}" for point in _HIDDEN} | {9: " ", 10: " ", 13: " "}

STYLE = """<style>
.al-card{font:14px/1.45 system-ui,sans-serif;border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:6px;padding:10px 14px;margin:4px 0;max-width:960px}
.al-card h3{font-size:15px;margin:0 0 4px;font-weight:600}
.al-card p{margin:4px 0;font-size:14px}
.al-card .al-chip{color:#fff;border-radius:4px;padding:1px 8px;font-size:12px;font-weight:600;margin-right:8px;white-space:nowrap}
.al-card dl{display:grid;grid-template-columns:fit-content(45%) minmax(0,1fr);gap:1px 16px;margin:6px 0;font-size:13px}
.al-card dt{float:none;width:auto;overflow-wrap:anywhere;opacity:.8;font-weight:400;margin:0}.al-card dd{float:none;width:auto;margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.al-card ul{margin:4px 0 0;padding-left:18px;font-size:13px}
.al-card details{margin-top:6px;font-size:13px}.al-card summary{cursor:pointer}
.al-card table{border-collapse:collapse;font-size:12px;margin-top:4px;font-variant-numeric:tabular-nums}
.al-card th,.al-card td{text-align:left;padding:2px 10px 2px 0;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);vertical-align:top;overflow-wrap:anywhere;max-width:44ch;background:transparent}
.al-card caption{text-align:left;opacity:.8}
.al-card .al-scroll{overflow-x:auto}
</style>"""


def safe(text: object, *, most: int = _CUT) -> str:
    r"""Return text that a page shows as it is: escaped, cut, its hidden characters made visible.

    >>> safe("<script>"), safe("a\u202eb"), safe("abcdef", most=4)
    ('&lt;script&gt;', 'a\\u202eb', 'abc…')
    """
    whole = str(text)
    cut = whole if len(whole) <= most else whole[: most - 1] + "…"
    return escape(cut.translate(_MARKS))


def chip(band: Band) -> str:
    """Return the band as a small label with its symbol and word."""
    colour, symbol = BANDS[band]
    return f'<span class="al-chip" style="background:{colour}">{symbol} {band}</span>'


def paragraph(text: object) -> str:
    """Return one escaped paragraph."""
    return f"<p>{safe(text, most=2000)}</p>"


def cell(value: object) -> str:
    """Return a value as a cell of a table says it, not escaped.

    >>> cell(0.123456), cell(None), cell("a")
    ('0.1235', '–', 'a')
    """
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:.4g}"
    if isinstance(value, (str, int)):
        return str(value)
    if value is None or (not isinstance(value, (list, tuple, dict)) and pd.isna(value)):  # type: ignore[call-overload]
        return "–"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def followed(shown: str, address: str) -> str:
    """Return HTML that leads to an address and tells nobody whence; as it is where it is no address.

    Args:
        shown: HTML that is safe.
        address: of any origin.

    Example:
        >>> followed("open", "https://x.example/?a&b")
        '<a href="https://x.example/?a&amp;b" rel="noreferrer noopener">open</a>'
        >>> followed("open", "javascript:alert(1)")
        'open'
    """
    if not address.startswith(("https://", "http://")):
        return shown
    return f'<a href="{safe(address, most=2000)}" rel="noreferrer noopener">{shown}</a>'


def table(frame: pd.DataFrame, caption: str = "", *, most: int = 200) -> str:
    """Return a frame as an escaped table with a caption, at most this many rows of it."""
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in frame.columns)
    shown = frame.head(most)
    links = [name == "link" for name in frame.columns]
    rows = "".join(
        "<tr>" + "".join(map(_cell, row, links)) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    rest = f" (first {most:,} of {len(frame):,} rows)" if len(frame) > most else ""
    title = f"<caption>{safe(caption + rest)}</caption>" if caption or rest else ""
    return (
        f'<div class="al-scroll"><table>{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(value: object, link: bool) -> str:  # noqa: FBT001 - told for each column
    shown = safe(cell(value))
    return f"<td>{followed(shown, str(value)) if link else shown}</td>"


def card(
    title: str,
    *,
    band: Band | None = None,
    headline: str = "",
    facts: Mapping[str, object] | None = None,
    caveats: Iterable[str] = (),
    more: Mapping[str, str] | None = None,
) -> str:
    """Return a result as a card that can be read without its picture.

    Args:
        title: what was asked.
        band: pass, watch, act or unknown.
        headline: the answer in one sentence.
        facts: name to value, each escaped here.
        caveats: what a careful reader must know, one sentence each.
        more: label to HTML that is already safe, folded away.
    """
    parts = [STYLE, '<div class="al-card mathjax_ignore">', f"<h3>{safe(title)}</h3>"]
    label = chip(band) if band else ""
    if headline or label:
        parts.append(f"<p>{label}{safe(headline, most=2000)}</p>")
    if facts:
        rows = (f"<dt>{safe(name)}</dt><dd>{safe(fact)}</dd>" for name, fact in facts.items())
        parts.append(f"<dl>{''.join(rows)}</dl>")
    notes = "".join(f"<li>{safe(note, most=1000)}</li>" for note in caveats)
    if notes:
        parts.append(f"<ul>{notes}</ul>")
    for name, inner in (more or {}).items():
        parts.append(f"<details><summary>{safe(name)}</summary>{inner}</details>")
    return "".join([*parts, "</div>"])
