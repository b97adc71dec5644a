"""What does HTML become for a place that knows no style, such as a notebook on GitHub?"""

from agentlens.report.notebook.safe import Writer, attributes

__all__ = ["bare"]

_ROWS = 20
_FOLD = "<details><summary>How we know</summary><ul>"
_INSTEAD = {
    "dl": "<table>",
    "dt": "<tr><td>",
    "dd": "<td>",
    "/dl": "</table>",
    "/dt": "</td>",
    "/dd": "</td></tr>",
}
"""Facts as rows: without a style, a list of terms is twice as long."""


def bare(source: str) -> str:
    """Return HTML from anywhere as HTML that reads well where no style is: long tables are cut.

    Args:
        source: HTML.

    Example:
        >>> bare('<p><span class="al-chip" style="background:#00664B">pass</span>All is well.</p>')
        '<p><strong>pass</strong> · All is well.</p>'
    """
    writer = _Plain()
    writer.feed(source)
    return writer.whole()


class _Plain(Writer):
    """Writes elements without attributes but links, a chip as a strong word, facts as a table.

    What a careful reader must know of a card is folded, and a long table is cut.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[int] = []
        self.cut: tuple[int, int] | None = None
        self.chips: list[bool] = []
        self.card = False

    def opens(self, tag: str, given: dict[str, str]) -> None:
        self.open.append(tag)
        self._count(tag)
        if tag == "span":
            self.chips.append(given.get("class") == "al-chip")
            self.put("<strong>" if self.chips[-1] else "")
        elif tag == "div":
            self.card = self.card or "al-card" in given.get("class", "").split()
        elif tag == "ul" and self.card:
            self.put(_FOLD)
        else:
            self.put(_INSTEAD.get(tag) or f"<{tag}{attributes(tag, given) if tag == 'a' else ''}>")

    def closes(self, tag: str) -> None:
        # What was opened before the cut is closed, whatever is left out between.
        kept, self.cut = self.cut, None if self._before() else self.cut
        if tag == "span":
            self.put("</strong> · " if self.chips.pop() else "")
        elif tag != "div":
            self.put(_INSTEAD.get(f"/{tag}") or f"</{tag}>")
            self.put("</details>" if tag == "ul" and self.card else "")
        self.cut = kept
        if tag == "table":
            rest = self.rows.pop() - _ROWS
            if kept and kept[0] > len(self.rows):
                self.cut = None
                self.put(f"<p>{rest:,} more rows stand on the page.</p>")

    def put(self, text: str) -> None:
        if self.cut is None:
            super().put(text)

    def _count(self, tag: str) -> None:
        """Count the rows of a table, and begin to leave out where there are enough."""
        if tag == "table":
            self.rows.append(0)
        elif tag == "tr" and self.rows:
            self.rows[-1] += 1
            if self.cut is None and self.rows[-1] > _ROWS:
                self.cut = len(self.rows), len(self.open) - 1

    def _before(self) -> bool:
        """Return whether the element that is closed now was opened before the cut."""
        return self.cut is not None and len(self.open) < self.cut[1]
