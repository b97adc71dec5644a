"""What happened in this one trace?"""

from dataclasses import dataclass

import pandas as pd

from agentlens import html, text

__all__ = ["Trace"]

_SHOWN = ("task_type", "segment", "release", "model", "status", "error_type")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Trace:
    """One trace: its row, its steps in order of time, and its judgements."""

    row: pd.Series
    spans: pd.DataFrame
    scores: pd.DataFrame

    def __repr__(self) -> str:
        """Return its id and the number of steps and judgements."""
        name = self.row["trace_id"]
        return f"Trace({name!r}, {len(self.spans)} spans, {len(self.scores)} scores)"

    def facts(self) -> dict[str, str]:
        """Return what stands on its card, name to text."""
        facts = {"start": f"{self.row['start']:%Y-%m-%d %H:%M:%S} UTC"}
        facts |= {name: str(self.row[name]) for name in _SHOWN if self._has(name)}
        if self._has("latency_s"):
            facts["latency"] = text.number(float(self.row["latency_s"]), "s")
        if self._has("cost_usd"):
            facts["cost"] = text.number(float(self.row["cost_usd"]), "USD")
        return facts

    def _has(self, name: str) -> bool:
        return name in self.row.index and not pd.isna(self.row[name])

    def _repr_html_(self) -> str:
        said = [name for name in ("input", "output") if self._has(name)]
        more = {}
        if len(self.spans):
            more[text.plural(len(self.spans), "step")] = html.table(_steps(self.spans))
        if len(self.scores):
            names = [
                name
                for name in ("name", "value", "label", "source", "rater", "comment")
                if name in self.scores
            ]
            more[text.plural(len(self.scores), "judgement")] = html.table(self.scores[names])
        for name in said:
            more[name] = html.paragraph(self.row[name])
        return html.card(f"Trace {self.row['trace_id']}", facts=self.facts(), more=more)


def _steps(spans: pd.DataFrame) -> pd.DataFrame:
    wanted = ("kind", "name", "latency_s", "status", "error_message", "input", "output")
    return spans.sort_values("start", kind="stable")[[name for name in wanted if name in spans]]
