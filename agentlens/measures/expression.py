"""How is a metric's definition read, so that it is data and every engine can compute it?

The language is a small part of Python's own: columns, numbers, text, comparisons, and/or/not,
arithmetic, `in (…)`, `known(x)`, `coalesce(x, other)` and `score('name')`. Missing values follow
three-valued logic, as they do in SQL: false and missing is false, true and missing is missing.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats

__all__ = ["COMPARE", "Expression", "parse"]

Value = Floats | pd.Series | str
"""Numbers, the texts of a column, or one text that the definition itself says."""

_TEXTS = (pd.Series, str)
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: dict[type, Callable[[Floats, Floats], Floats]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS = {"known": 1, "coalesce": 2, "score": 1}


@dataclass(frozen=True)
class Expression:
    """A parsed definition: its text, every column it reads, and those that it cannot do without."""

    text: str
    tree: ast.expr
    columns: frozenset[str]
    needs: frozenset[str]

    def evaluate(self, frame: Mapping[str, pd.Series] | pd.DataFrame, n: int) -> Floats:
        """Return one number a row: true is 1, false is 0, missing is NaN.

        Args:
            frame: column name to values; a column that is not there is missing throughout.
            n: the number of rows.
        """
        value = _evaluate(self.tree, frame, n)
        if isinstance(value, _TEXTS):
            message = (
                f"{self.text!r} gives text; compare it with something, as in {self.text} == 'a'."
            )
            raise BadInputError(message)
        return np.broadcast_to(value, (n,)).astype(np.float64)


@lru_cache(maxsize=512)
def parse(text: str) -> Expression:
    """Return the parsed definition.

    >>> sorted(parse("completed and not coalesce(user_rating < 0.5, False)").needs)
    ['completed']
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        message = f"{text!r} is not an expression over columns: {error.msg} at {error.offset}."
        raise BadInputError(message) from error
    columns: set[str] = set()
    needs: set[str] = set()
    _check(tree, text, columns, needs, optional=False)
    return Expression(text, tree, frozenset(columns), frozenset(needs))


def _check(node: ast.AST, text: str, columns: set[str], needs: set[str], *, optional: bool) -> None:
    """Refuse what is not in the language, and note the columns."""
    match node:
        case ast.Name(id=name):
            columns.add(name)
            if not optional:
                needs.add(name)
            return
        case ast.Constant(value=value) if isinstance(value, (bool, int, float, str)):
            return
        case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str(name))], keywords=[]):
            columns.add(f"score:{name}")
            if not optional:
                needs.add(f"score:{name}")
            return
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
            _FUNCTIONS.get(name) == len(args) and name != "score"
        ):
            inner = [*args]
            optional = True
        case ast.BoolOp(values=values):
            inner = [*values]
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            inner = [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            inner = [left, right]
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]) if (
            isinstance(right, (ast.Tuple, ast.List))
            and all(isinstance(one, ast.Constant) for one in right.elts)
        ):
            inner = [left]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARE:
            inner = [left, right]
        case _:
            part = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            message = (
                f"{part!r} in {text!r} is not understood. A definition uses columns, numbers,"
                " text, comparisons, and/or/not, + - * /, in (…), known(x), coalesce(x, other)"
                " and score('name')."
            )
            raise BadInputError(message)
    for one in inner:
        _check(one, text, columns, needs, optional=optional)


def _evaluate(node: ast.AST, frame: Mapping[str, pd.Series] | pd.DataFrame, n: int) -> Value:
    match node:
        case ast.Name(id=name):
            return _column(frame, name, n)
        case ast.Constant(value=str() as value):
            return value
        case ast.Constant(value=value):
            return np.array(float(value))  # type: ignore[arg-type]  # checked by _check
        case ast.BoolOp(op=op, values=values):
            parts = [_number(_evaluate(one, frame, n)) for one in values]
            return _logic(parts, all_of=isinstance(op, ast.And))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return 1.0 - _number(_evaluate(operand, frame, n))
        case ast.UnaryOp(operand=operand):
            return -_number(_evaluate(operand, frame, n))
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _number(_evaluate(left, frame, n)), _number(_evaluate(right, frame, n))
            with np.errstate(divide="ignore", invalid="ignore"):
                out = _ARITHMETIC[type(op)](a, b)
            return np.where(np.isfinite(out), out, np.nan)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compare(_evaluate(left, frame, n), op, right, frame, n)
        case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str() as name)]):
            return _column(frame, f"score:{name}", n)
        case ast.Call(func=ast.Name(id="known"), args=[one]):
            return 1.0 - _missing(_evaluate(one, frame, n))
        case ast.Call(args=[one, other]):
            first, second = (_number(_evaluate(part, frame, n)) for part in (one, other))
            return np.where(np.isnan(first), second, first)
    message = f"{ast.dump(node)} passed the check but has no rule"
    raise AssertionError(message)


def _column(frame: Mapping[str, pd.Series] | pd.DataFrame, name: str, n: int) -> Value:
    if name not in frame:
        return np.full(n, np.nan)
    values = frame[name]
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def _number(value: Value) -> Floats:
    if not isinstance(value, _TEXTS):
        return value
    name = value if isinstance(value, str) else value.name
    message = f"The text {name!r} is used as a number."
    raise BadInputError(message)


def _missing(value: Value) -> Floats:
    if isinstance(value, str):
        return np.zeros(1)
    missing = value.isna().to_numpy() if isinstance(value, pd.Series) else np.isnan(value)
    return missing.astype(np.float64)


def _logic(parts: list[Floats], *, all_of: bool) -> Floats:
    """Return Kleene's and, or or: one decisive value settles it, else a missing one spoils it."""
    decisive = 0.0 if all_of else 1.0
    stacked = np.broadcast_arrays(*parts)
    settled = np.logical_or.reduce([part == decisive for part in stacked])
    unclear = np.logical_or.reduce([np.isnan(part) for part in stacked])
    return np.where(settled, decisive, np.where(unclear, np.nan, 1.0 - decisive))


def _compare(
    left: Value,
    op: ast.cmpop,
    right: ast.expr,
    frame: Mapping[str, pd.Series] | pd.DataFrame,
    n: int,
) -> Floats:
    if isinstance(op, (ast.In, ast.NotIn)):
        options = [one.value for one in right.elts]  # type: ignore[attr-defined]
        values = np.atleast_1d(left) if isinstance(left, (np.ndarray, float)) else left
        found = pd.Series(values, copy=False).isin(options).to_numpy(dtype=np.float64)
        held = found if isinstance(op, ast.In) else 1.0 - found
        return np.where(_missing(left) == 1.0, np.nan, held)
    other = _evaluate(right, frame, n)
    if not isinstance(left, _TEXTS) and not isinstance(other, _TEXTS):
        out = COMPARE[type(op)](left, other).astype(np.float64)
        return np.where(np.isnan(left) | np.isnan(other), np.nan, out)
    return _compare_text(left, op, other, n)


def _compare_text(left: Value, op: ast.cmpop, right: Value, n: int) -> Floats:
    """Return whether texts are the same; a number, or a column that is not there, is no text."""
    if not isinstance(op, (ast.Eq, ast.NotEq)):
        message = "Text can only be compared with == and !=."
        raise BadInputError(message)
    if not isinstance(left, _TEXTS) or not isinstance(right, _TEXTS):
        return np.full(n, np.nan)
    same = _same_text(left, right)
    held = same if isinstance(op, ast.Eq) else 1.0 - same
    return np.where((_missing(left) == 1.0) | (_missing(right) == 1.0), np.nan, held)


def _same_text(left: pd.Series | str, right: pd.Series | str) -> Floats:
    if isinstance(left, pd.Series):
        other = right if isinstance(right, str) else right.astype("str")  # categories may differ
        plain = left if isinstance(right, str) else left.astype("str")
        found: pd.Series = plain == other
        return found.to_numpy(dtype=np.float64, na_value=np.nan)
    if isinstance(right, pd.Series):
        return _same_text(right, left)
    return np.array(float(left == right))
