"""Which cell selects the same traces without the explorer?"""

from keyword import iskeyword
from math import isinf

import pandas as pd

from agentlens.widgets.explore.selection import Selection

__all__ = ["code_of"]

_LONG = 88


def code_of(selection: Selection, log: str = "log") -> str:
    """Return a cell that leaves the selected traces in `selected`.

    Args:
        selection: the traces.
        log: what the whole log is called there.

    >>> print(code_of(Selection(current=("2026-11-01", "2026-11-02"))))
    selected = log.between("2026-11-01T00:00Z", "2026-11-02T00:00Z")
    """
    lines: list[str] = []
    kept: list[str] = []
    if selection.score:
        lines.append(f"wide = {log}.wide()")
        ranges = [
            f"wide[{_said(f'score:{name}')}].between({_said(low)}, {_said(high)})"
            for name, (low, high) in selection.score.items()
        ]
        lines.append(f"scored = {' & '.join(ranges)}")
        kept.append('.where(trace_id=wide.loc[scored, "trace_id"].tolist())')
    if selection.where:
        kept.append(f".where({_columns(selection)})")
    if selection.current is not None:
        first, last = (_moment(one) for one in selection.current)
        kept.append(f".between({first}, {last})")
    if selection.ids is not None:
        kept.append(f".where(trace_id={_said(list(selection.ids))})")
    line = f"selected = {log}{''.join(kept)}"
    if len(line) > _LONG and len(kept) > 1:
        line = "\n".join([f"selected = (\n    {log}", *(f"    {one}" for one in kept), ")"])
    if "pd.Timestamp" in line:
        lines.insert(0, "import pandas as pd\n")
    return "\n".join([*lines, line])


def _columns(selection: Selection) -> str:
    named = {name: _said(list(values)) for name, values in selection.where.items()}
    if all(name.isidentifier() and not iskeyword(name) for name in named):
        return ", ".join(f"{name}={values}" for name, values in named.items())
    return f"**{{{', '.join(f'{_said(name)}: {values}' for name, values in named.items())}}}"


def _said(value: object) -> str:
    """Return a value as it is written in Python, with double quotes where that is as short."""
    if isinstance(value, list):
        return f"[{', '.join(_said(one) for one in value)}]"
    if isinstance(value, pd.Timestamp):
        return f"pd.Timestamp({value.isoformat()!r})"
    if isinstance(value, float) and isinf(value):
        return f'float("{value}")'
    said = repr(value)
    if isinstance(value, str) and said.startswith("'") and '"' not in said:
        return f'"{said[1:-1]}"'
    return said


def _moment(time: pd.Timestamp) -> str:
    """Return a time without digits that are all zero."""
    plain = time.tz_convert("UTC").tz_localize(None)
    whole = plain == plain.floor("min")
    return f'"{plain.isoformat(timespec="minutes") if whole else plain.isoformat()}Z"'
