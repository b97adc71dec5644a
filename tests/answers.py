"""Which answer does each public verb give? The contract test asks for them all."""

from collections.abc import Callable
from tempfile import mkdtemp

import agentlens as al
from agentlens.result import Result
from tests.analysis.judges.answers import ANSWERS as JUDGES
from tests.feedback.langfuse.answers import dataset_pushed, queue_pushed, scores_pushed
from tests.logs import demo_log, plain_log, tiny_log

__all__ = ["ANSWERS"]

GOAL = al.Rubric("goal_completion", 1, "Did the user get what they asked for?")
TEXTS = {"input": ["Hello?", "Help", "Where?"], "output": ["Hi.", "Sure.", "There."]}


def lenient_judge(said: str = '{"evidence": "step 1", "verdict": "pass"}') -> al.Judge:
    """Return a judge that says the same of everything."""
    return al.Judge.of(lambda _: said, name="lenient", version=said[:9])


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
    "calibrate": (
        lambda: al.calibrate(demo_log(), "goal_completion"),
        lambda: al.calibrate(demo_log(), "goal_completion", target=0.95),
        lambda: al.calibrate(demo_log(), "faithfulness"),
    ),
    "corrected_rate": (
        lambda: al.calibrate(demo_log(), "goal_completion").corrected_rate(),
        lambda: al.calibrate(demo_log(), "goal_completion").corrected_rate(
            demo_log(), assume="stable_errors", by="task_type"
        ),
        lambda: al.calibrate(demo_log(), "goal_completion").corrected_rate(demo_log().last("24h")),
    ),
    "difference": (
        lambda: al.calibrate(demo_log(), "goal_completion").difference(
            demo_log().between("2026-10-19", "2026-11-02"), demo_log().last("7D")
        ),
        lambda: al.calibrate(demo_log(), "faithfulness").difference(
            demo_log().between("2026-10-19", "2026-11-02"), demo_log().last("7D")
        ),
    ),
    "gate": (
        lambda: al.calibrate(demo_log(), "goal_completion").gate(0.7),
        lambda: al.calibrate(demo_log(), "goal_completion").gate(0.95, sequential=True),
        lambda: al.calibrate(demo_log(), "goal_completion").gate(0.95, 0.5),
        lambda: al.calibrate(demo_log(), "faithfulness").gate(),
    ),
    "changes": (
        lambda: al.changes(demo_log()),
        lambda: al.changes(demo_log(), ["latency_p95", "escalation"], current="7D", baseline="14D"),
        lambda: al.changes(plain_log(30, hours=5)),
    ),
    "charts": (
        lambda: al.charts(demo_log(), every="6h"),
        lambda: al.charts(plain_log(30, hours=5), ["escalation"]),
    ),
    "check": (
        lambda: al.check(demo_log().last("7D")),
        lambda: al.check(demo_log().last("24h"), [al.checks.shape(20), al.checks.tool_loop()]),
        lambda: al.check(demo_log().last("24h"), al.checks.citations()),
        lambda: al.check(tiny_log(output=["a", " ", "c"]), al.checks.shape()),
        lambda: al.check(tiny_log(), al.checks.citations()),
    ),
    "check_slos": (
        lambda: al.check_slos(demo_log(), al.SLO("met", "strong_completion", 0.95)),
        lambda: al.check_slos(demo_log(), [al.SLO("fast", "latency_p95", 30.0)]),
        lambda: al.check_slos(plain_log(30, hours=5), al.SLO("done", "escalation", 0.01)),
    ),
    "compare": (
        lambda: al.compare(
            demo_log(), ["strong_completion", "latency_p95"], by="release", baseline="2026.10.3"
        ),
        lambda: al.compare(
            demo_log(), "escalation", by="release", baseline="2026.10.3", looks="continuous"
        ),
        lambda: al.compare(plain_log(2000, hours=200), "cost_per_trace", margin="50%"),
        lambda: al.compare(plain_log(3, hours=3), "latency_p95"),
    ),
    "control_chart": (
        lambda: al.control_chart(demo_log(), "strong_completion"),
        lambda: al.control_chart(demo_log(), "latency_p95", every="1h"),
        lambda: al.control_chart(plain_log(30, hours=5), "strong_completion", every="1h"),
    ),
    "drift": (
        lambda: al.drift(
            demo_log(),
            current=("2026-11-02", "2026-11-03 16:00"),
            columns=["task_type", "latency_s", "escalated", "input"],
        ),
        lambda: al.drift(demo_log(), columns=["cost_usd", "device", "score:goal_completion"]),
        lambda: al.drift(plain_log(30, hours=5)),
    ),
    "explain": (
        lambda: al.explain(demo_log(), "strong_completion", current="84h"),
        lambda: al.explain(demo_log(), "score:goal_completion", current="7D"),
        lambda: al.explain(demo_log(), "latency_p95", current="48h", by="task_type"),
        lambda: al.explain(plain_log(30, hours=5), "strong_completion"),
    ),
    "emerging": (
        lambda: al.emerging(demo_log(), current=("2026-11-12", "2026-11-14")),
        lambda: al.emerging(plain_log(600, hours=200), current="24h"),
        lambda: al.emerging(tiny_log(), current="1h"),
    ),
    "failures": (
        lambda: al.failures(demo_log().last("7D")),
        lambda: al.failures(tiny_log(status="ok")),
        lambda: al.failures(tiny_log()),
    ),
    "find_slices": (
        lambda: al.find_slices(demo_log(), "strong_completion", current="7D"),
        lambda: al.find_slices(plain_log(4000, hours=200), "strong_completion"),
        lambda: al.find_slices(plain_log(30, hours=5), "escalation"),
    ),
    "investigate": (
        lambda: al.investigate(demo_log(), "strong_completion"),
        lambda: al.investigate(demo_log(), "safety_flags"),
        lambda: al.investigate(plain_log(4000, hours=200), "correction"),
        lambda: al.investigate(plain_log(30, hours=5), "correction"),
    ),
    "plan_labels": (
        lambda: al.plan_labels(demo_log(), "goal_completion", n=150, store=None),
        lambda: al.plan_labels(demo_log(), "faithfulness", n=2000, cells="score", store=None),
        lambda: al.plan_labels(demo_log(), "goal_completion", n=12, store=None),
    ),
    "judge": (
        lambda: al.judge(tiny_log(**TEXTS), GOAL, lenient_judge(), store=f"{mkdtemp()}/s"),
        lambda: al.judge(
            tiny_log(**TEXTS), GOAL, lenient_judge(), store=f"{mkdtemp()}/s", max_calls=1
        ),
        lambda: al.judge(tiny_log(**TEXTS), GOAL, lenient_judge("no JSON"), store=f"{mkdtemp()}/s"),
    ),
    "preview": (
        lambda: al.preview(tiny_log(**TEXTS), GOAL, lenient_judge(), store=f"{mkdtemp()}/s"),
        lambda: al.preview(
            tiny_log(**TEXTS),
            GOAL,
            al.Judge("claude-haiku-5-5", base_url="http://127.0.0.1:9"),
            store=f"{mkdtemp()}/s",
        ),
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
    "slices": (
        lambda: al.slices(demo_log(), "strong_completion", ["task_type", "device"], current="7D"),
        lambda: al.slices(plain_log(4000, hours=200), "strong_completion", "device"),
        lambda: al.slices(plain_log(30, hours=5), "escalation", "device"),
    ),
    "worst": (
        lambda: al.worst(demo_log().last("7D")),
        lambda: al.worst(tiny_log(status="ok")),
        lambda: al.worst(tiny_log()),
    ),
    **JUDGES,
}
"""By verb: answers that find something, and one that cannot answer."""
