"""A Langfuse of our own for the tests, on this machine only, whose whole truth is known."""

from tests.loopback.clock import Clock
from tests.loopback.faults import cursors, trouble
from tests.loopback.faults.plan import Fault, Faults
from tests.loopback.options import Quirks, Writes
from tests.loopback.server import LangfuseServer, Seen
from tests.loopback.world.big import BigWorld
from tests.loopback.world.world import World

__all__ = [
    "BigWorld",
    "Clock",
    "Fault",
    "Faults",
    "LangfuseServer",
    "Quirks",
    "Seen",
    "World",
    "Writes",
    "cursors",
    "trouble",
]
