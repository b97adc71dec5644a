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
    from agentlens.analysis.calibrate.bands import Bands
    from agentlens.analysis.calibrate.calibrate import calibrate
    from agentlens.analysis.calibrate.calibration import Calibration
    from agentlens.analysis.calibrate.certify.gate import Gate
    from agentlens.analysis.calibrate.rate.corrected import CorrectedRate
    from agentlens.analysis.calibrate.rate.difference import CorrectedDifference
    from agentlens.analysis.calibrate.threshold import Threshold
    from agentlens.analysis.changes.changes import Changes, changes
    from agentlens.analysis.compare.compare import Comparison, compare
    from agentlens.analysis.control.chart import ControlChart, control_chart
    from agentlens.analysis.control.family import Charts, charts
    from agentlens.analysis.drift.drift import Drift, drift
    from agentlens.analysis.explain.explanation import Explanation, explain
    from agentlens.analysis.failures.failures import Failures, failures
    from agentlens.analysis.failures.growth.emerging import Emerging, emerging
    from agentlens.analysis.investigate.investigate import Investigation, investigate
    from agentlens.analysis.judges.compare.compare import JudgeComparison, compare_judges
    from agentlens.analysis.judges.panel.panel import Panel, panel
    from agentlens.analysis.judges.probe.probe import Probe, probe
    from agentlens.analysis.judges.retest.retest import Retest, retest
    from agentlens.analysis.judges.watch.watch import JudgeWatch, watch_judge
    from agentlens.analysis.slices.find import FoundSlices, find_slices
    from agentlens.analysis.slices.slices import Slices, slices
    from agentlens.analysis.slos.check import Scorecard, check_slos
    from agentlens.analysis.slos.slo import SLO, judge_agreement
    from agentlens.engines.read import read_table
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
    from agentlens.report.render import render
    from agentlens.report.report import Report
    from agentlens.report.sharing.choice import Sharing
    from agentlens.report.weekly import weekly
    from agentlens.result import Fact, Result, Signal
    from agentlens.scoring.checks.catalogue import checks
    from agentlens.scoring.checks.check import Check
    from agentlens.scoring.checks.checking import Checks, check
    from agentlens.scoring.judges.demo import demo_judge
    from agentlens.scoring.judges.judge import Judge
    from agentlens.scoring.judges.price_table import prices
    from agentlens.scoring.judging.judge import judge
    from agentlens.scoring.judging.judged import Judged
    from agentlens.scoring.judging.preview import Preview, preview
    from agentlens.scoring.labels.demo import demo_rater
    from agentlens.scoring.labels.label import Marks
    from agentlens.scoring.labels.plan import LabelPlan, plan_labels
    from agentlens.scoring.rubrics.rubric import Rubric
    from agentlens.scoring.rubrics.shipped import rubrics
    from agentlens.scoring.sampling import sample
    from agentlens.scoring.store.audit import JudgeStore
    from agentlens.sources.demo import demo
    from agentlens.sources.files import read_files
    from agentlens.tables.frames import from_frames
    from agentlens.tables.log import Log
    from agentlens.tables.redact import redact
    from agentlens.tables.redact.policy import Redaction
    from agentlens.tables.trace import Trace
    from agentlens.widgets.chart.chart import Chart
    from agentlens.widgets.explore.explore import explore
    from agentlens.widgets.label.label import label
    from agentlens.widgets.show.show import show
    from agentlens.widgets.tune.tune import tune

__version__ = "0.1.0"

_HOMES = {
    "AgentLensError": "errors",
    "Alerts": "analysis.alerting.alert",
    "Backtest": "analysis.alerting.backtest",
    "BadInputError": "errors",
    "Bands": "analysis.calibrate.bands",
    "Calibration": "analysis.calibrate.calibration",
    "Changes": "analysis.changes.changes",
    "Chart": "widgets.chart.chart",
    "Charts": "analysis.control.family",
    "Check": "scoring.checks.check",
    "Checks": "scoring.checks.checking",
    "Comparison": "analysis.compare.compare",
    "ControlChart": "analysis.control.chart",
    "CorrectedDifference": "analysis.calibrate.rate.difference",
    "CorrectedRate": "analysis.calibrate.rate.corrected",
    "Drift": "analysis.drift.drift",
    "Emerging": "analysis.failures.growth.emerging",
    "Explanation": "analysis.explain.explanation",
    "Fact": "result",
    "Failures": "analysis.failures.failures",
    "Fault": "analysis.alerting.fault",
    "FoundSlices": "analysis.slices.find",
    "Gate": "analysis.calibrate.certify.gate",
    "Investigation": "analysis.investigate.investigate",
    "Judge": "scoring.judges.judge",
    "JudgeComparison": "analysis.judges.compare.compare",
    "JudgeStore": "scoring.store.audit",
    "JudgeWatch": "analysis.judges.watch.watch",
    "Judged": "scoring.judging.judged",
    "LabelPlan": "scoring.labels.plan",
    "Lake": "lake.lake",
    "Log": "tables.log",
    "Marks": "scoring.labels.label",
    "Metric": "measures.metric",
    "Panel": "analysis.judges.panel.panel",
    "Policy": "analysis.alerting.policy",
    "Preview": "scoring.judging.preview",
    "Probe": "analysis.judges.probe.probe",
    "Promotion": "feedback.regressions.promote",
    "PushedDataset": "feedback.langfuse.pushed",
    "PushedQueue": "feedback.langfuse.pushed",
    "PushedScores": "feedback.langfuse.pushed",
    "Redaction": "tables.redact.policy",
    "Report": "report.report",
    "Result": "result",
    "Retest": "analysis.judges.retest.retest",
    "Rubric": "scoring.rubrics.rubric",
    "SLO": "analysis.slos.slo",
    "Scorecard": "analysis.slos.check",
    "Sharing": "report.sharing.choice",
    "Signal": "result",
    "Slices": "analysis.slices.slices",
    "SourceError": "errors",
    "Threshold": "analysis.calibrate.threshold",
    "Trace": "tables.trace",
    "UnknownNameError": "errors",
    "Webhook": "feedback.webhook",
    "Worst": "feedback.triage.worst",
    "alert": "analysis.alerting.alert",
    "backtest": "analysis.alerting.backtest",
    "calibrate": "analysis.calibrate.calibrate",
    "changes": "analysis.changes.changes",
    "charts": "analysis.control.family",
    "check": "scoring.checks.checking",
    "check_slos": "analysis.slos.check",
    "checks": "scoring.checks.catalogue",
    "compare": "analysis.compare.compare",
    "compare_judges": "analysis.judges.compare.compare",
    "control_chart": "analysis.control.chart",
    "demo": "sources.demo",
    "demo_judge": "scoring.judges.demo",
    "demo_rater": "scoring.labels.demo",
    "drift": "analysis.drift.drift",
    "emerging": "analysis.failures.growth.emerging",
    "explain": "analysis.explain.explanation",
    "explore": "widgets.explore.explore",
    "failures": "analysis.failures.failures",
    "find_slices": "analysis.slices.find",
    "from_frames": "tables.frames",
    "investigate": "analysis.investigate.investigate",
    "judge": "scoring.judging.judge",
    "judge_agreement": "analysis.slos.slo",
    "label": "widgets.label.label",
    "metrics": "measures.catalogue",
    "panel": "analysis.judges.panel.panel",
    "plan_labels": "scoring.labels.plan",
    "preview": "scoring.judging.preview",
    "prices": "scoring.judges.price_table",
    "probe": "analysis.judges.probe.probe",
    "promote": "feedback.regressions.promote",
    "push_dataset": "feedback.langfuse.dataset",
    "push_queue": "feedback.langfuse.queue",
    "push_scores": "feedback.langfuse.scores",
    "read_files": "sources.files",
    "read_langfuse": "lake.read",
    "read_table": "engines.read",
    "redact": "tables.redact",
    "render": "report.render",
    "retest": "analysis.judges.retest.retest",
    "rubrics": "scoring.rubrics.shipped",
    "sample": "scoring.sampling",
    "series": "measures.series",
    "show": "widgets.show.show",
    "slices": "analysis.slices.slices",
    "tune": "widgets.tune.tune",
    "watch_judge": "analysis.judges.watch.watch",
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
    "Bands",
    "Calibration",
    "Changes",
    "Chart",
    "Charts",
    "Check",
    "Checks",
    "Comparison",
    "ControlChart",
    "CorrectedDifference",
    "CorrectedRate",
    "Drift",
    "Emerging",
    "Explanation",
    "Fact",
    "Failures",
    "Fault",
    "FoundSlices",
    "Gate",
    "Investigation",
    "Judge",
    "JudgeComparison",
    "JudgeStore",
    "JudgeWatch",
    "Judged",
    "LabelPlan",
    "Lake",
    "Log",
    "Marks",
    "Metric",
    "Panel",
    "Policy",
    "Preview",
    "Probe",
    "Promotion",
    "PushedDataset",
    "PushedQueue",
    "PushedScores",
    "Redaction",
    "Report",
    "Result",
    "Retest",
    "Rubric",
    "Scorecard",
    "Sharing",
    "Signal",
    "Slices",
    "SourceError",
    "Threshold",
    "Trace",
    "UnknownNameError",
    "Webhook",
    "Worst",
    "alert",
    "backtest",
    "calibrate",
    "changes",
    "charts",
    "check",
    "check_slos",
    "checks",
    "compare",
    "compare_judges",
    "control_chart",
    "demo",
    "demo_judge",
    "demo_rater",
    "drift",
    "emerging",
    "explain",
    "explore",
    "failures",
    "find_slices",
    "from_frames",
    "investigate",
    "judge",
    "judge_agreement",
    "label",
    "metrics",
    "panel",
    "plan_labels",
    "preview",
    "prices",
    "probe",
    "promote",
    "push_dataset",
    "push_queue",
    "push_scores",
    "read_files",
    "read_langfuse",
    "read_table",
    "redact",
    "render",
    "retest",
    "rubrics",
    "sample",
    "series",
    "show",
    "slices",
    "tune",
    "watch_judge",
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
