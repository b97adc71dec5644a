"""Who asks the demo's agent for what, how hard is it, and what does the agent use?"""

import numpy as np

from agentlens.sources.demo.columns import Floats, Ints

__all__ = [
    "DEVICES",
    "DEVICE_SHARE",
    "LARGE_SHARE",
    "MODELS",
    "PRICES",
    "REFUND",
    "SEGMENTS",
    "SEGMENT_SHARE",
    "STOPS",
    "TASKS",
    "TASK_COPY",
    "TASK_ESCALATION",
    "TASK_LOGIT",
    "TASK_SHARE",
    "TASK_SHARE_CAMPAIGN",
    "TASK_TOOLS",
    "TASK_TOOL_SHARE",
    "TOOLS",
]

TASKS = ("order_status", "refund", "product_question", "how_to", "account", "complaint")
REFUND, _COMPLAINT = 1, 5
TASK_SHARE: Floats = np.array([0.27, 0.18, 0.17, 0.17, 0.14, 0.07])
CAMPAIGN_FACTOR = 4.0
_rest = (1 - CAMPAIGN_FACTOR * TASK_SHARE[_COMPLAINT]) / (1 - TASK_SHARE[_COMPLAINT])
TASK_SHARE_CAMPAIGN: Floats = TASK_SHARE * np.array([_rest] * 5 + [CAMPAIGN_FACTOR])

# Log-odds that the user gets what they came for, in an average session.
TASK_LOGIT: Floats = np.array([2.8, 1.5, 2.3, 2.15, 2.45, 0.15])
TASK_ESCALATION: Floats = np.array([0.26, 0.30, 0.18, 0.22, 0.30, 0.45])
TASK_COPY: Floats = np.array([0.06, 0.03, 0.15, 0.30, 0.10, 0.02])

SEGMENTS = ("free", "pro", "enterprise")
SEGMENT_SHARE: Floats = np.array([0.55, 0.33, 0.12])
DEVICES = ("mobile", "desktop", "tablet")
DEVICE_SHARE: Floats = np.array([0.56, 0.36, 0.08])

MODELS = ("aspen-mini-2", "aspen-large-2", "aspen-embed-1")
LARGE_SHARE: Floats = np.array([0.10, 0.50, 0.90])
"""The chance of the large model, by segment."""
PRICES: Floats = np.array([[0.40, 0.04, 1.60], [3.00, 0.30, 15.00], [0.02, 0.02, 0.0]])
"""Invented USD per million tokens, by model: read, read from the cache, written."""

TOOLS = ("search_orders", "get_order", "issue_refund", "search_help", "update_account")
TASK_TOOLS: Ints = np.array([[0, 1], [1, 2], [3, 0], [3, 4], [4, 3], [0, 2]])
"""The first and the second tool of each task; they differ, so only a retry repeats a name."""
TASK_TOOL_SHARE: Floats = np.array(
    [[0.95, 0.60], [0.90, 0.75], [0.35, 0.10], [0.50, 0.10], [0.80, 0.20], [0.75, 0.30]]
)

STOPS = ("", "rate_limit", "model_error", "refusal", "tool_failure", "timeout", "left", "open")
"""What may end a trace before its answer; the first five after "" are its error types."""
