"""Which logs do tests share, and what do they know of them?"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START

__all__ = ["PLANTED", "RULE_OF", "World", "world"]

PLANTED = {
    "email": "ottoline.quell@mailbox.example",
    "phone": "+49 171 5550123",
    "card": "4111 1111 1111 1111",
    "iban": "DE89370400440532013000",
    "secret": "sk-ant-api03-Zq7vv0fake0fake0fake0fake",
    "user id": "customer-Quell-81734",
    "name": "Ottoline",
}
"""What stands in texts of a planted log and must stand in no file."""

RULE_OF = {"email": "email", "phone": "phone", "card": "card", "iban": "iban", "secret": "secret"}
_COLUMNS = ("device", "segment", "release", "model", "tags", "tier", "badge")
_DAYS = 8


@dataclass(frozen=True, eq=False)
class World:
    """A log, and by column the users of each of its values."""

    log: Log
    users: dict[str, dict[str, set[str]]]

    def small(self, column: str, least: int) -> set[str]:
        """Return the values of a column that have too few users."""
        return {value for value, who in self.users[column].items() if len(who) < least}


def world(sizes: dict[str, list[int]], *, users: int = 40, each: int = 16, seed: int = 0) -> World:
    """Return a log in which each column has values of so many users; the rest share the last one.

    Args:
        sizes: column to how many users each of its values has.
        users: how many there are.
        each: how many traces each of them has.
        seed: of who has what.
    """
    rng = np.random.default_rng(seed)
    people = np.array([f"customer-{one}" for one in range(users)])
    own = {name: _values(name, sizes.get(name, []), users, rng) for name in _COLUMNS}
    turn = np.tile(np.arange(users), each)
    n = turn.size
    traces = pd.DataFrame(
        {
            "trace_id": [f"t{i:05d}" for i in range(n)],
            "user_id": people[turn],
            "session_id": [f"visit-{one}-of-{i % 97}" for i, one in enumerate(people[turn])],
            "start": START + pd.to_timedelta(np.sort(rng.uniform(0, _DAYS * 24, n)), unit="h"),
            "task_type": np.array(["refund", "account"])[turn % 2],
            "status": np.where(np.arange(n) // users % 4 == 0, "error", "ok"),
            "latency_s": rng.lognormal(1, 0.4, n),
            "completed": True,
            "escalated": rng.random(n) < 0.1,
            "user_corrected": rng.random(n) < 0.1,
            "input": "where is my order and when does it come",
            **{name: values[turn] for name, values in own.items()},
        }
    )
    failed = (traces["status"] == "error").to_numpy(dtype=bool)
    tools = _values("tool", sizes.get("tool", []), users, rng)
    spans = pd.DataFrame(
        {
            "span_id": "s" + traces["trace_id"],
            "trace_id": traces["trace_id"],
            "kind": "tool",
            "name": tools[turn],
            "start": traces["start"],
            "status": traces["status"],
            "error_type": pd.Series("timeout", traces.index).where(failed),
            "error_message": pd.Series("the shop did not answer", traces.index).where(failed),
        }
    )
    held = {
        name: {str(one): set(people[values == one]) for one in values}
        for name, values in {**own, "tool": tools}.items()
    }
    return World(from_frames(traces, spans), held)


def _values(name: str, sizes: Iterable[int], users: int, rng: np.random.Generator) -> np.ndarray:
    """Return a value for each user, none of which stands anywhere else on a page."""
    who = rng.permutation(users)
    values = np.full(users, f"{name}Qzbulk", dtype=object)
    at = 0
    for number, size in enumerate(sizes):
        values[who[at : at + size]] = f"{name}Qz{number}w"
        at += size
    return values
