"""AgentLens: what happened to a deployed LLM agent, proved, in a notebook.

A source gives a `Log`; a `Log` is three tidy tables; a question asked of a log gives a `Result`; a
`Result` shows itself. Every name here is loaded when it is first used.

>>> import agentlens as al
>>> al.control_chart(al.demo(), "strong_completion")._repr_html_  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentlens.analysis.alerting.alert import Alerts, alert
    from agentlens.analysis.alerting.backtest import Backtest, backtest
    from agentlens.analysis.alerting.fault import Fault
    from agentlens.analysis.alerting.policy import Policy
    from agentlens.analysis.compare.compare import Comparison, compare
    from agentlens.analysis.control.chart import ControlChart, control_chart
    from agentlens.analysis.control.family import Charts, charts
    from agentlens.analysis.drift.drift import Drift, drift
    from agentlens.analysis.explain.explanation import Explanation, explain
    from agentlens.analysis.failures.failures import Failures, failures
    from agentlens.analysis.failures.growth.emerging import Emerging, emerging
    from agentlens.analysis.investigate.investigate import Investigation, investigate
    from agentlens.analysis.slices.find import FoundSlices, find_slices
    from agentlens.analysis.slices.slices import Slices, slices
    from agentlens.analysis.slos.check import Scorecard, check_slos
    from agentlens.analysis.slos.slo import SLO, judge_agreement
    from agentlens.errors import AgentLensError, BadInputError, SourceError, UnknownNameError
    from agentlens.feedback.langfuse.dataset import push_dataset
    from agentlens.feedback.langfuse.pushed import PushedDataset, PushedQueue, PushedScores
    from agentlens.feedback.langfuse.queue import push_queue
    from agentlens.feedback.langfuse.scores import push_scores
    from agentlens.feedback.regressions.promote import Promotion, promote
    from agentlens.feedback.triage.worst import Worst, worst
    from agentlens.feedback.webhook import Webhook, webhook
    from agentlens.lake.lake import Lake
    from agentlens.lake.read import read_langfuse
    from agentlens.measures.catalogue import metrics
    from agentlens.measures.metric import Metric
    from agentlens.measures.series import series
    from agentlens.report.report import Report
    from agentlens.report.weekly import weekly
    from agentlens.result import Fact, Result, Signal
    from agentlens.scoring.judges.demo import demo_judge
    from agentlens.scoring.judges.judge import Judge
    from agentlens.scoring.rubrics.rubric import Rubric
    from agentlens.scoring.rubrics.shipped import rubrics
    from agentlens.scoring.sampling import sample
    from agentlens.sources.demo import demo
    from agentlens.sources.files import read_files
    from agentlens.tables.frames import from_frames
    from agentlens.tables.log import Log
    from agentlens.tables.redact import redact
    from agentlens.tables.redact.policy import Redaction
    from agentlens.tables.trace import Trace

__version__ = "0.1.0"

_HOMES = {
    "AgentLensError": "errors",
    "Alerts": "analysis.alerting.alert",
    "Backtest": "analysis.alerting.backtest",
    "BadInputError": "errors",
    "Charts": "analysis.control.family",
    "Comparison": "analysis.compare.compare",
    "ControlChart": "analysis.control.chart",
    "Drift": "analysis.drift.drift",
    "Emerging": "analysis.failures.growth.emerging",
    "Explanation": "analysis.explain.explanation",
    "Fact": "result",
    "Failures": "analysis.failures.failures",
    "Fault": "analysis.alerting.fault",
    "FoundSlices": "analysis.slices.find",
    "Investigation": "analysis.investigate.investigate",
    "Judge": "scoring.judges.judge",
    "Lake": "lake.lake",
    "Log": "tables.log",
    "Metric": "measures.metric",
    "Policy": "analysis.alerting.policy",
    "Promotion": "feedback.regressions.promote",
    "PushedDataset": "feedback.langfuse.pushed",
    "PushedQueue": "feedback.langfuse.pushed",
    "PushedScores": "feedback.langfuse.pushed",
    "Redaction": "tables.redact.policy",
    "Report": "report.report",
    "Result": "result",
    "Rubric": "scoring.rubrics.rubric",
    "SLO": "analysis.slos.slo",
    "Scorecard": "analysis.slos.check",
    "Signal": "result",
    "Slices": "analysis.slices.slices",
    "SourceError": "errors",
    "Trace": "tables.trace",
    "UnknownNameError": "errors",
    "Webhook": "feedback.webhook",
    "Worst": "feedback.triage.worst",
    "alert": "analysis.alerting.alert",
    "backtest": "analysis.alerting.backtest",
    "charts": "analysis.control.family",
    "check_slos": "analysis.slos.check",
    "compare": "analysis.compare.compare",
    "control_chart": "analysis.control.chart",
    "demo": "sources.demo",
    "demo_judge": "scoring.judges.demo",
    "drift": "analysis.drift.drift",
    "emerging": "analysis.failures.growth.emerging",
    "explain": "analysis.explain.explanation",
    "failures": "analysis.failures.failures",
    "find_slices": "analysis.slices.find",
    "from_frames": "tables.frames",
    "investigate": "analysis.investigate.investigate",
    "judge_agreement": "analysis.slos.slo",
    "metrics": "measures.catalogue",
    "promote": "feedback.regressions.promote",
    "push_dataset": "feedback.langfuse.dataset",
    "push_queue": "feedback.langfuse.queue",
    "push_scores": "feedback.langfuse.scores",
    "read_files": "sources.files",
    "read_langfuse": "lake.read",
    "redact": "tables.redact",
    "rubrics": "scoring.rubrics.shipped",
    "sample": "scoring.sampling",
    "series": "measures.series",
    "slices": "analysis.slices.slices",
    "webhook": "feedback.webhook",
    "weekly": "report.weekly",
    "worst": "feedback.triage.worst",
}
"""Where each public name lives."""

__all__ = [
    "SLO",
    "AgentLensError",
    "Alerts",
    "Backtest",
    "BadInputError",
    "Charts",
    "Comparison",
    "ControlChart",
    "Drift",
    "Emerging",
    "Explanation",
    "Fact",
    "Failures",
    "Fault",
    "FoundSlices",
    "Investigation",
    "Judge",
    "Lake",
    "Log",
    "Metric",
    "Policy",
    "Promotion",
    "PushedDataset",
    "PushedQueue",
    "PushedScores",
    "Redaction",
    "Report",
    "Result",
    "Rubric",
    "Scorecard",
    "Signal",
    "Slices",
    "SourceError",
    "Trace",
    "UnknownNameError",
    "Webhook",
    "Worst",
    "alert",
    "backtest",
    "charts",
    "check_slos",
    "compare",
    "control_chart",
    "demo",
    "demo_judge",
    "drift",
    "emerging",
    "explain",
    "failures",
    "find_slices",
    "from_frames",
    "investigate",
    "judge_agreement",
    "metrics",
    "promote",
    "push_dataset",
    "push_queue",
    "push_scores",
    "read_files",
    "read_langfuse",
    "redact",
    "rubrics",
    "sample",
    "series",
    "slices",
    "webhook",
    "weekly",
    "worst",
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
