"""Where does each step stand in its trace, and who speaks first?"""

from dataclasses import dataclass
from typing import Any

import ibis

from agentlens.engines.functions import NO
from agentlens.engines.mapping.langfuse.functions import first_of, last_of
from agentlens.engines.mapping.langfuse.steps import FACT, LOWER

__all__ = ["Places"]


@dataclass(frozen=True, eq=False)
class Places:
    """Steps, and what an aggregate over those of a trace needs to know of each.

    Attributes:
        rows: as `events` and `older` give them.
    """

    rows: Any

    @property
    def step(self) -> Any:
        """Whether it is a step, and not what is said of the trace as a whole."""
        return self.rows["rank"] != FACT

    @property
    def root(self) -> Any:
        """Whether it can be the root: without a parent, or where the application begins."""
        return self.step & (self.rows["rank"] < LOWER)

    @property
    def call(self) -> Any:
        """Whether it calls a model."""
        return (self.rows["kind"] == "llm").fill_null(NO)

    @property
    def failed(self) -> Any:
        """Whether it is in error."""
        return (self.rows["status"] == "error").fill_null(NO)

    def first(self, values: Any, among: Any) -> Any:
        """Return of each trace the value of the first row that passes a test and has one.

        What is said of the trace whole comes first, then its root, then the others by their start.
        """
        return first_of(values, self.rows["place"], among.fill_null(NO))

    def last(self, values: Any, among: Any) -> Any:
        """Return of each trace the value of the last row that passes a test and has one."""
        return last_of(values, self.rows["place"], among.fill_null(NO))

    def texts(self) -> dict[str, Any]:
        """Return what was said: of the trace whole or by its root, else by its model calls.

        What a model wrote on the way is no output of a trace whose root failed.
        """
        of = self.rows
        if "brief_output" in of.columns:
            text = of["brief_output"]
            return {"brief_root": self._root(text), "brief_last": self._last(text)}
        began = self.first(of["input"], self._called(of["input"]))
        well = ~self.first(self.failed, self.step)
        last = ibis.cases((well, self._last(of["output"])))
        return {
            "input": ibis.coalesce(*self._own(of["input"]), began.nullif("")),
            "output": ibis.coalesce(*self._own(of["output"]), last.nullif("")),
        }

    def _own(self, text: Any) -> tuple[Any, Any]:
        """Return what is said of the trace whole, and by its root."""
        whole = self.first(text, ~self.step & (text != "").fill_null(NO))
        return whole.nullif(""), self._root(text).nullif("")

    def _root(self, text: Any) -> Any:
        return self.first(ibis.coalesce(text, ""), self.step)

    def _last(self, text: Any) -> Any:
        return self.last(text, self._called(text))

    def _called(self, text: Any) -> Any:
        return self.call & (text != "").fill_null(NO)
