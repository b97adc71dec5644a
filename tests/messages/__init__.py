"""A server of messages of our own for the tests, on this machine only, that bills what it says."""

from tests.messages.faults import trouble
from tests.messages.faults.plan import Faults
from tests.messages.ledger import Bill, Ledger
from tests.messages.options import Options
from tests.messages.server import Messages, Seen
from tests.messages.truths import Truths

__all__ = ["Bill", "Faults", "Ledger", "Messages", "Options", "Seen", "Truths", "trouble"]
