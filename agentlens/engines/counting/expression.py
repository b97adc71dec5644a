"""How is the definition of a metric said to an engine?

Every part is a number there as it is in memory: true is 1, false is 0, and missing is missing. What
an engine would make of NaN, of a division by zero or of `NULL AND FALSE` is settled here.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import ibis

from agentlens.engines.functions import NO
from agentlens.errors import BadInputError
from agentlens.measures.expression import COMPARE, Expression

__all__ = ["compiled", "number"]

_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b.nullif(0.0),
}


def compiled(expression: Expression, columns: Mapping[str, Any]) -> Any:
    """Return a definition as an expression of the engine: a number, or missing.

    Args:
        expression: the definition.
        columns: name to column; one that is not there is missing throughout.
    """
    value = _compiled(expression.tree, columns)
    if _is_text(value):
        message = (
            f"{expression.text!r} gives text; compare it with something, as in"
            f" {expression.text} == 'a'."
        )
        raise BadInputError(message)
    return _finite(value.cast("float64"))


def number(column: Any) -> Any:
    """Return a column of flags or numbers as numbers in which what is not a number is missing."""
    value = column.cast("float64")
    if column.type().is_floating():
        return ibis.cases((value.isnan(), ibis.null("float64")), else_=value)
    return value


def _finite(value: Any) -> Any:
    """Return a number, or nothing where it is too large to be one.

    Of the whole formula alone, and not of each step: some engines say a value twice to test it, and
    a formula of ten steps would be said a million times.
    """
    return value.nullif(float("inf")).nullif(float("-inf"))


def _compiled(node: ast.AST, columns: Mapping[str, Any]) -> Any:
    match node:
        case ast.Name(id=name):
            return _column(columns, name)
        case ast.Constant(value=str() as value):
            return ibis.literal(value)
        case ast.Constant(value=value):
            return ibis.literal(float(value))  # type: ignore[arg-type]  # checked when parsed
        case ast.BoolOp(op=op, values=values):
            parts = [_number(_compiled(one, columns)) for one in values]
            return _logic(parts, all_of=isinstance(op, ast.And))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return 1.0 - _number(_compiled(operand, columns))
        case ast.UnaryOp(operand=operand):
            return -_number(_compiled(operand, columns))
        case ast.BinOp(left=left, op=op, right=right):
            a, b = (_number(_compiled(one, columns)) for one in (left, right))
            return _ARITHMETIC[type(op)](a, b)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compare(_compiled(left, columns), op, right, columns)
        case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str() as name)]):
            return _column(columns, f"score:{name}")
        case ast.Call(func=ast.Name(id="known"), args=[one]):
            return _compiled(one, columns).notnull().cast("float64")
        case ast.Call(args=[one, other]):
            first, second = (_number(_compiled(part, columns)) for part in (one, other))
            return ibis.coalesce(first, second)
    message = f"{ast.dump(node)} passed the check but has no rule"
    raise AssertionError(message)


def _column(columns: Mapping[str, Any], name: str) -> Any:
    return columns[name] if name in columns else ibis.null("float64")


def _is_text(value: Any) -> bool:
    return bool(value.type().is_string())


def _number(value: Any) -> Any:
    if _is_text(value):
        message = f"The text {value.get_name()!r} is used as a number."
        raise BadInputError(message)
    return value


def _logic(parts: list[Any], *, all_of: bool) -> Any:
    """Return Kleene's and, or or: one decisive value settles it, else a missing one spoils it."""
    decisive = 0.0 if all_of else 1.0
    settled = reduce(operator.or_, [(one == decisive).fill_null(NO) for one in parts])
    unclear = reduce(operator.or_, [one.isnull() for one in parts])
    return ibis.cases(
        (settled, ibis.literal(decisive)),
        (unclear, ibis.null("float64")),
        else_=ibis.literal(1.0 - decisive),
    )


def _compare(left: Any, op: ast.cmpop, right: ast.expr, columns: Mapping[str, Any]) -> Any:
    if isinstance(op, (ast.In, ast.NotIn)):
        options = [one.value for one in right.elts]  # type: ignore[attr-defined]
        return _among(left, options, wanted=isinstance(op, ast.In))
    other = _compiled(right, columns)
    texts = [_is_text(one) for one in (left, other)]
    if any(texts) and not isinstance(op, (ast.Eq, ast.NotEq)):
        message = "Text can only be compared with == and !=."
        raise BadInputError(message)
    if any(texts) and not all(texts):
        return ibis.null("float64")  # a number, or a text that is not there, is no text
    return COMPARE[type(op)](left, other).cast("float64")


def _among(left: Any, options: list[object], *, wanted: bool) -> Any:
    like = [one for one in options if isinstance(one, str) == _is_text(left)]
    values = like if _is_text(left) else [float(str(one)) for one in map(_plain, like)]
    found = left.isin(values) if values else ibis.literal(value=False)
    held = found if wanted else ~found
    return ibis.cases((left.isnull(), ibis.null("float64")), else_=held.cast("float64"))


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value
