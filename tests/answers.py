"""Which answer does each public verb give? The contract test asks for them all."""

from collections.abc import Callable

import agentlens as al
from agentlens.result import Result
from tests.logs import demo_log, plain_log

__all__ = ["ANSWERS"]

ANSWERS: dict[str, tuple[Callable[[], Result], ...]] = {
    "control_chart": (
        lambda: al.control_chart(demo_log(), "strong_completion"),
        lambda: al.control_chart(demo_log(), "latency_p95", every="1h"),
        lambda: al.control_chart(plain_log(30, hours=5), "strong_completion", every="1h"),
    ),
}
"""By verb: answers that find something, and one that cannot answer."""
