"""What does a call say, to people and to machines?"""

from math import isfinite
from typing import Any

from agentlens import text
from agentlens.analysis.alerting.context import Alert
from agentlens.analysis.alerting.policy import Policy

__all__ = ["message"]

_CUT = 2900
_IDS = 5
_LONGEST = 400


def message(alert: Alert, policy: Policy) -> dict[str, Any]:
    """Return a call as JSON that Slack shows as it is, with the same facts as fields beside it.

    Text from traces is not in it, only ids; the three characters that Slack reads as markup are
    escaped.
    """
    signal = alert.signal
    unit = alert.last_day.unit
    value = text.number(signal.value, unit, n=signal.n)
    expected = text.number(signal.expected, unit, n=signal.n)
    began = signal.began or signal.start
    told = f"{value}, expected {expected}"
    lines = [
        f"*{_safe(alert.what)}* is {told} (n = {text.count(signal.n)})",
        f"Since about {began:%d %b %H:%M} UTC; called {alert.called:%d %b %H:%M}.",
        f"Last 24 h: {alert.last_day}. Seven days before: {alert.week_before}.",
    ]
    if alert.note:
        told = _safe(alert.note)
        lines = [f"*{_safe(alert.what)}*: {told}"]
    if alert.also:
        lines.append(f"With it: {_safe(text.listed(alert.also))}.")
    if alert.deploys:
        lines.append(f"Deploys near: {_safe(text.listed(alert.deploys))}.")
    if alert.definition:
        lines.append(f"Definition: {_safe(alert.definition)}.")
    if alert.trace_ids:
        lines.append(f"Read first: {_safe(', '.join(alert.trace_ids[:_IDS]))}")
    if policy.owner:
        lines.append(f"Owner: {_safe(policy.owner)}")
    lines += [f"<{address}|{_safe(name)}>" for name, address in _links(policy).items()]
    whole = "\n".join(lines)[:_CUT]
    return {
        "text": f"{_safe(alert.what)}: {told}",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": whole}}],
        "agentlens": {
            "what": alert.what,
            "value": _number(signal.value),
            "expected": _number(signal.expected),
            "n": signal.n,
            "began": began.isoformat(),
            "called": alert.called.isoformat(),
            "closed": None if alert.closed is None else alert.closed.isoformat(),
            "last_24h": _number(alert.last_day.value),
            "week_before": _number(alert.week_before.value),
            "also": list(alert.also),
            "deploys": list(alert.deploys),
            "definition": alert.definition,
            "trace_ids": list(alert.trace_ids),
            "owner": policy.owner,
            "runbook": policy.runbook,
            "links": dict(policy.links),
        },
    }


def _links(policy: Policy) -> dict[str, str]:
    named = {"runbook": policy.runbook} if policy.runbook.startswith("http") else {}
    return named | dict(policy.links)


def _number(value: float | str) -> float | None:
    return None if isinstance(value, str) or not isfinite(value) else float(value)


def _safe(words: str) -> str:
    cut = " ".join(words[:_LONGEST].split())
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
