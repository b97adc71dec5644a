"""How is a change of a metric said?"""

from agentlens import text

__all__ = ["amount", "between", "signed"]

_MINUS = "\N{MINUS SIGN}"
_ENOUGH, _FINE, _COARSE = 200, 3, 2


def amount(change: float, unit: str, n: float | None = None) -> str:
    """Return the size of a change: points for shares, else in its unit.

    >>> amount(-0.412, "share", 90), amount(0.0123, "share", 900), amount(-1.5, "s")
    ('41 points', '1.2 points', '1.50 s')
    """
    rows = None if n is None else int(n)
    if unit != "share":
        return text.number(abs(change), unit, n=rows)
    # Rounded first: a share of a thousandth would get digits that no few rows carry.
    digits = _FINE if rows is None or rows >= _ENOUGH else _COARSE
    size = text.share(round(abs(change), digits), rows).removesuffix("%")
    return f"{size} {'point' if size == '1' else 'points'}"


def signed(change: float, unit: str, n: float | None = None) -> str:
    """Return a change with its sign, short enough for a cell of a table.

    >>> signed(0.412, "share", 90), signed(1.5, "s"), signed(0.0, "share", 90)
    ('+41', '+1.50 s', '0')
    """
    size = amount(change, unit, n).removesuffix(" points").removesuffix(" point")
    if change == 0 or not size.strip("0. %$s"):
        return size
    return f"{'+' if change > 0 else _MINUS}{size}"


def between(low: float, high: float, unit: str, n: float | None = None) -> str:
    """Return the interval of a change in brackets.

    >>> between(0.31, 0.5, "share", 90)
    '[+31 to +50]'
    """
    return f"[{signed(low, unit, n)} to {signed(high, unit, n)}]"
