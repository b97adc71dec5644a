"""Which sums does each group have, of rows that stay where they are?

The same sums as `measures.moments`. The value of a group comes from a window over it, so that the
distances from it are summed in the same question and nothing has to be sent there.
"""

from collections.abc import Mapping
from typing import Any

import ibis

from agentlens.measures.metric import Metric

__all__ = ["COUNTED", "SHARED", "contrasted", "pulls", "summed"]

_ADDED = (
    *("n", "weight", "weight2", "total", "squares", "below", "above"),
    *("pull2", "pull3", "open2", "open_weight2"),
)
_SQUARED = {"sizes2": "n", "joint2": "weight", "pulled2": "pull", "held2": "total"}
"""What is squared once a user's rows are together, and what the sum of the squares is called."""

_SHARED = {"pairs": "n", "leans": "lean", "held": "weight"}
"""What is multiplied with what the same user has in the other group, and what the sum is called."""

SHARED = ("lean2", "leaned2", *_SHARED)
"""The sums that come back beside, of users in both of two groups."""

COUNTED = (*_ADDED, "clusters", *_SQUARED)
"""The sums that come back for each group."""


def pulls(rows: Any, keys: list[str], metric: Metric) -> Any:
    """Return the rows with `pull`, the weight times the distance from the `value` of their group.

    The same is their `lean`, which differs for a quantile alone.

    Args:
        rows: with y, d and w.
        keys: the columns that make a group.
        metric: of any kind but a quantile.
    """
    group = ibis.window(group_by=keys)
    rows = rows.mutate(
        sw=rows["w"].sum().over(group),
        sy=(rows["w"] * rows["y"]).sum().over(group),
        sd=(rows["w"] * rows["d"]).sum().over(group),
    )
    if metric.kind == "ratio":
        value = ibis.cases((rows["sd"] > 0, rows["sy"] / rows["sd"].nullif(0.0)), else_=0.0)
    else:
        value = rows["sy"] / rows["sw"].nullif(0.0)
    rows = rows.mutate(value=value, above=rows["y"])
    rows = rows.mutate(pull=rows["w"] * (rows["y"] - rows["value"] * rows["d"]))
    return rows.mutate(lean=rows["pull"])


def summed(rows: Any, keys: list[str], *, finite: bool) -> Any:
    """Return the sums of each group, a row a group.

    Args:
        rows: with y, d, w, user, and the value, above and pull that one of the others added.
        keys: the columns that make a group.
        finite: whether the question is about these rows and those they were sampled from alone.
    """
    users = _by_user(rows, keys, finite=finite)
    return users.group_by(keys).agg(**_of_users(users))


def contrasted(rows: Any, keys: tuple[str, str], against: int) -> Any:
    """Return the sums of each slice in each stretch of time, and of users in both of two stretches.

    Args:
        rows: as `summed` takes them, with the `lean` of each, as `stats.slicing.shared` has it.
        keys: the columns of the slice and of the stretch of time.
        against: the stretch that the others are held against.
    """
    own, stretch = keys
    users = _by_user(rows, [*keys], finite=False, lean=_lean(rows))
    beside, there = ibis.window(group_by=[own, "user"]), users[stretch] == against
    opposite = {
        f"{name}_there": ibis.cases((there, users[name]), else_=0.0).sum().over(beside)
        for name in ("n", "lean", "weight")
    }
    users = users.mutate(**opposite)
    products = {
        name: ibis.cases((users[stretch] == against, 0.0), else_=users[of] * users[f"{of}_there"])
        for name, of in _SHARED.items()
    }
    return users.group_by([*keys]).agg(
        **_of_users(users),
        lean2=users["lean2"].sum(),
        leaned2=(users["lean"] * users["lean"]).sum(),
        **{name: product.sum() for name, product in products.items()},
    )


def _lean(rows: Any) -> dict[str, Any]:
    lean = rows["lean"]
    return {"lean": lean.sum(), "lean2": (lean * lean).sum()}


def _of_users(users: Any) -> dict[str, Any]:
    """Return the sums of a group from those of its users."""
    return {
        "clusters": users.count().cast("float64"),
        "value": users["value"].max(),
        **{name: users[name].sum() for name in _ADDED},
        **{name: (users[of] * users[of]).sum() for name, of in _SQUARED.items()},
    }


def _by_user(
    rows: Any, keys: list[str], *, finite: bool, lean: Mapping[str, Any] | None = None
) -> Any:
    """Return the sums of each user in each group."""
    w, y, d, pull = (rows[name] for name in ("w", "y", "d", "pull"))
    unseen = 1.0 - 1.0 / w.nullif(0.0)
    free = ibis.cases((unseen < 0.0, 0.0), else_=unseen) if finite else ibis.literal(1.0)
    return rows.group_by([*keys, "user"]).agg(
        n=rows.count().cast("float64"),
        weight=w.sum(),
        weight2=(w * w).sum(),
        total=(w * y).sum(),
        squares=(w * y * y).sum(),
        below=(w * d).sum(),
        above=(w * rows["above"]).sum(),
        pull=pull.sum(),
        pull2=(pull * pull).sum(),
        pull3=(pull * pull * pull).sum(),
        open2=(pull * pull * free).sum(),
        open_weight2=(w * w * free).sum(),
        value=rows["value"].max(),
        **(lean or {}),
    )
