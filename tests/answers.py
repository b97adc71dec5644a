"""Which answer does each public verb give? The contract test asks for them all."""

from collections.abc import Callable
from tempfile import mkdtemp

import agentlens as al
from agentlens.result import Result
from tests.feedback.langfuse.answers import dataset_pushed, queue_pushed, scores_pushed
from tests.logs import demo_log, plain_log, tiny_log

__all__ = ["ANSWERS"]

ANSWERS: dict[str, tuple[Callable[[], Result], ...]] = {
    "alert": (
        lambda: al.alert(al.control_chart(demo_log(), "strong_completion", every="6h")),
        lambda: al.alert([al.control_chart(plain_log(30, hours=5), "strong_completion")]),
        lambda: al.alert(al.check_slos(demo_log(), al.SLO("met", "strong_completion", 0.99))),
    ),
    "backtest": (
        lambda: al.backtest(
            al.Policy(), demo_log(), metrics=["strong_completion", "latency_p95"], every="6h"
        ),
        lambda: al.backtest(al.Policy(), plain_log(4000, hours=200), metrics="escalation"),
    ),
    "charts": (
        lambda: al.charts(demo_log(), every="6h"),
        lambda: al.charts(plain_log(30, hours=5), ["escalation"]),
    ),
    "check_slos": (
        lambda: al.check_slos(demo_log(), al.SLO("met", "strong_completion", 0.95)),
        lambda: al.check_slos(demo_log(), [al.SLO("fast", "latency_p95", 30.0)]),
        lambda: al.check_slos(plain_log(30, hours=5), al.SLO("done", "escalation", 0.01)),
    ),
    "control_chart": (
        lambda: al.control_chart(demo_log(), "strong_completion"),
        lambda: al.control_chart(demo_log(), "latency_p95", every="1h"),
        lambda: al.control_chart(plain_log(30, hours=5), "strong_completion", every="1h"),
    ),
    "promote": (
        lambda: al.promote(
            demo_log(),
            list(al.worst(demo_log().last("7D")).frame["trace_id"]),
            to=mkdtemp(),
            redact=None,
        ),
        lambda: al.promote(plain_log(30, hours=5), {"t1": "pass"}, to=mkdtemp()),
    ),
    "push_dataset": (dataset_pushed, lambda: dataset_pushed(0)),
    "push_queue": (queue_pushed, lambda: queue_pushed(0)),
    "push_scores": (scores_pushed, lambda: scores_pushed(0)),
    "worst": (
        lambda: al.worst(demo_log().last("7D")),
        lambda: al.worst(tiny_log(status="ok")),
        lambda: al.worst(tiny_log()),
    ),
}
"""By verb: answers that find something, and one that cannot answer."""
