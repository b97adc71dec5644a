"""AgentLens: what happened to a deployed LLM agent, proved, in a notebook.

A source gives a `Log`; a `Log` is three tidy tables; a question asked of a log gives a `Result`; a
`Result` shows itself. Every name here is loaded when it is first used.

>>> import agentlens as al
>>> al.control_chart(al.demo(), "strong_completion")._repr_html_  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentlens.analysis.control.chart import ControlChart, control_chart
    from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
    from agentlens.measures.catalogue import metrics
    from agentlens.measures.metric import Metric
    from agentlens.measures.series import series
    from agentlens.report.report import Report
    from agentlens.report.weekly import weekly
    from agentlens.result import Fact, Result, Signal
    from agentlens.sources.demo import demo
    from agentlens.sources.files import read_files
    from agentlens.tables.frames import from_frames
    from agentlens.tables.log import Log
    from agentlens.tables.trace import Trace

__version__ = "0.1.0"

_HOMES = {
    "AgentLensError": "errors",
    "BadInputError": "errors",
    "ControlChart": "analysis.control.chart",
    "Fact": "result",
    "Log": "tables.log",
    "Metric": "measures.metric",
    "Report": "report.report",
    "Result": "result",
    "Signal": "result",
    "Trace": "tables.trace",
    "UnknownNameError": "errors",
    "control_chart": "analysis.control.chart",
    "demo": "sources.demo",
    "from_frames": "tables.frames",
    "metrics": "measures.catalogue",
    "read_files": "sources.files",
    "series": "measures.series",
    "weekly": "report.weekly",
}
"""Where each public name lives."""

__all__ = [
    "AgentLensError",
    "BadInputError",
    "ControlChart",
    "Fact",
    "Log",
    "Metric",
    "Report",
    "Result",
    "Signal",
    "Trace",
    "UnknownNameError",
    "control_chart",
    "demo",
    "from_frames",
    "metrics",
    "read_files",
    "series",
    "weekly",
]


def __getattr__(name: str) -> object:
    """Return a public name, loading its home on first use."""
    if name not in _HOMES:
        from agentlens.errors import near  # noqa: PLC0415 - only needed for the message

        message = f"agentlens has no {name!r}.{near(name, _HOMES)}"
        raise AttributeError(message)
    value = getattr(import_module(f"agentlens.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, so that tab shows them before they are loaded."""
    return sorted([*__all__, "__version__"])
