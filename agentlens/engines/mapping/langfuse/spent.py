"""What did a trace use and cost, counted once where frameworks repeat it above or below?

Frameworks nest model calls and repeat on wrappers what was used beneath them. A step counts unless
one directly beneath it used anything, and steps that call no model only where no call used anything.
"""

from typing import Any

import ibis

from agentlens.engines.functions import NO
from agentlens.engines.mapping.langfuse.places import Places

__all__ = ["counted_once", "spent"]

_TOKENS = ("input_tokens", "output_tokens", "cached_tokens")
_MODELS = ("llm", "embedding")


def spent(known: Places) -> dict[str, Any]:
    """Return the steps of a trace that used tokens, and those that have a price, as lists.

    Args:
        known: steps with their places.
    """
    of = known.rows
    some = ibis.or_(*((of[name] > 0).fill_null(NO) for name in _TOKENS))
    found: dict[str, Any] = {}
    for what, names, among in (
        ("users", _TOKENS, known.step & some),
        ("priced", ("cost_usd",), known.step & of["cost_usd"].notnull()),
    ):
        above = ibis.coalesce(of["parent_id"], "")
        model = of["kind"].isin(_MODELS).fill_null(NO)
        one = {"id": of["span_id"], "model": model} | {name: of[name] for name in names}
        found[what] = ibis.struct(one).collect(where=among)
        found[f"{what}_above"] = above.collect(where=among)
        found[f"{what}_call"] = (among & model).max()
    return found


def counted_once(found: Any) -> dict[str, Any]:
    """Return the sums of each trace; missing where no step says anything.

    Args:
        found: traces with the lists of `spent`.
    """
    users, priced = _once(found, "users"), _once(found, "priced")
    return {name: _sum(users, name) for name in _TOKENS} | {"cost_usd": _sum(priced, "cost_usd")}


def _once(found: Any, what: str) -> Any:
    above, call = found[f"{what}_above"], found[f"{what}_call"]
    return found[what].filter(lambda one: ~above.contains(one["id"]) & (one["model"] | ~call))


def _sum(held: Any, name: str) -> Any:
    values = held.map(lambda one: one[name]).filter(lambda one: one.notnull())
    return ibis.cases((values.length() > 0, values.sums()))
