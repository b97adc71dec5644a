"""How far is a pull, in one line?"""

from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pandas as pd

from agentlens.progress import Progress
from agentlens.sources.langfuse.visit import Visit

__all__ = ["Line"]

_NONE = pd.Timedelta(0)


@dataclass
class Line:
    """What the progress line says."""

    progress: Progress
    client: Any = None
    total: pd.Timedelta = _NONE
    read: pd.Timedelta = _NONE
    slices: int = 0
    rows: int = 0
    wait: str = ""
    begun: float = field(default_factory=monotonic)

    def done(self, visit: Visit) -> None:
        """Count a slice."""
        self.slices += 1
        self.rows += len(visit.observations) + len(visit.scores)
        self.read += visit.window[1] - visit.window[0]
        self.progress.say(self.text)

    def waiting(self, why: str) -> None:
        """Say that it waits, and why."""
        self.wait = why
        self.progress.say(self.text)

    def text(self) -> str:
        """Return the line."""
        spent = max(monotonic() - self.begun, 1e-3)
        share = self.read / self.total if self.total > _NONE else 0.0
        parts = [f"slice {self.slices}", f"{self.rows:,} rows", f"{share:.0%}"]
        limit = f" (limit {self.client.limit})" if self.client and self.client.limit else ""
        parts.append(
            f"{60 * (self.client.sent if self.client else 0) / spent:.0f} requests/min{limit}"
        )
        if self.wait:
            parts.append(self.wait)
        if share > 0.02:  # noqa: PLR2004 - before that a guess is no guess
            parts.append(f"{spent * (1 - share) / share / 60:.0f} min left")
        return " · ".join(parts)
