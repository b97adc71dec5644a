"""Which promise is meant by "error_rate <= 0.02 over 7D"?"""

import re

from agentlens.analysis.slos.slo import SLO
from agentlens.errors import BadInputError
from agentlens.measures.builtin import BUILTIN

__all__ = ["promise"]

_WRITTEN = re.compile(r"(\S+)\s*(<=|>=)\s*([0-9.eE+-]+)(?:\s+over\s+(\S+))?")


def promise(said: str) -> SLO:
    """Return the SLO that a text means.

    Args:
        said: a metric, <= or >=, a number, and, if need be, over how long.

    Example:
        >>> promise("error_rate <= 0.02 over 7D").window
        '7D'
    """
    found = _WRITTEN.fullmatch(said.strip())
    if not found:
        message = f"A promise is written like 'error_rate <= 0.02' or '… over 7D', not {said!r}."
        raise BadInputError(message)
    metric, sign, objective, window = found.groups()
    better = BUILTIN[metric].better if metric in BUILTIN else ""
    if better == {"<=": "higher", ">=": "lower"}[sign]:
        other = ">=" if sign == "<=" else "<="
        message = f"{said!r}: of {metric} {better} is better, so that a promise says {other}."
        raise BadInputError(message)
    try:
        value = float(objective)
    except ValueError as error:
        message = f"A promise needs a number; {objective!r} of {said!r} is none."
        raise BadInputError(message) from error
    return SLO(said, metric, value, window=window or "28D")
