"""What of the log behind a week do several of its questions ask for?"""

from dataclasses import dataclass
from functools import cached_property

from agentlens.analysis.failures.events import Events, events_of
from agentlens.tables.log import Log

__all__ = ["Past"]


@dataclass(frozen=True, eq=False)
class Past:
    """Everything up to the end of a week, and what is found out about it once.

    Attributes:
        log: the traces.
    """

    log: Log

    @cached_property
    def failures(self) -> Events:
        """Every failure of the log."""
        return events_of(self.log)
