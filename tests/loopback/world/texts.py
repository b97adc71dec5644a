"""Which words does the invented traffic use?"""

from typing import NamedTuple

__all__ = [
    "ANSWERS",
    "ERRORS",
    "LONG_NOTE",
    "MODELS",
    "PROMPTS",
    "QUESTIONS",
    "TASKS",
    "TOOLS",
    "Model",
    "price_text",
]


class Model(NamedTuple):
    """A model and its prices per token; without prices the server cannot tell a cost."""

    name: str
    id: str
    input_price: float | None
    output_price: float | None


MODELS = (
    Model("brook-large", "mdl7brooklarge0001", 2e-6, 9e-6),
    Model("brook-small", "mdl7brooksmall0002", 2.5e-7, 7.5e-7),
    Model("pebble-open", "mdl7pebbleopen0003", 0.0, 0.0),
    Model("unlisted-preview", "", None, None),
)
PROMPTS = (("prm-answer", "answer-politely", 3), ("prm-plan", "plan/steps", 12), ("", "", None))
TASKS = ("booking", "invoice", "translation", "weather", "lookup")
TOOLS = ("find_booking", "send_invoice", "read_calendar", "query_stock")
QUESTIONS = (
    "Where does my parcel stay?",
    "Kannst du die Rechnung für März erneut schicken?",
    "请帮我改签到明天早上 🚆",
    "متى تصل الشحنة رقم 18؟",
    'She said "now"\nand left\\ a\ttab',
    "Où est mon colis ? 📦👩🏽‍🔧",
    "x",
)
ANSWERS = (
    "It arrives on Friday.",
    "Erledigt – schau in dein Postfach.",
    "已为您改签 ✅",
    "لا أعرف",
)
LONG_NOTE = "The caller explained at length why the first answer did not help. " * 5

ERRORS = {
    "timeout": "TimeoutError: no answer from the agent after 30 s",
    "cancelled": "CancelledError: the client went away",
    "rate_limit": "RateLimitError: 429 from the provider",
    "refusal": "finish_reason=content_filter",
    "context_overflow": "the prompt exceeds the maximum context length of 8192 tokens",
    "guardrail": "guardrail tripped: personal data",
    "tool_failure": "ToolFailure: stock service said 503",
    "model_error": "provider answered with an empty message",
    "exception": "KeyError: 'customer'",
}
"""By kind: what the span that fails says."""


def price_text(price: float | None) -> str | None:
    """Return a price as the API writes it: a text, short, the exponent without zeros."""
    if price is None:
        return None
    return f"{price:g}".replace("e-0", "e-")
