"""Where would a reader who sees little, or uses no mouse, be left alone? axe-core knows the rules."""

from functools import cache
from importlib.resources import files
from typing import Any

from tests.harness.browser import Probe

_MOST = 3


def faults(probe: Probe) -> list[str]:
    """What axe-core finds on the page as it stands, one line a rule, the worst first.

    The page keeps its own Content-Security-Policy: what is evaluated here does not fall under it.

    Args:
        probe: the page; only what is drawn can be judged, so that one scrolls through it before.
    """
    probe.page.evaluate(_source())
    found = probe.ask("async () => (await axe.run(document)).violations")
    order = ("critical", "serious", "moderate", "minor")
    return [_said(one) for one in sorted(found, key=lambda one: order.index(one["impact"]))]


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def _said(rule: dict[str, Any]) -> str:
    nodes = [node["html"][:200] for node in rule["nodes"]]
    more = f" and {len(nodes) - _MOST} more" if len(nodes) > _MOST else ""
    shown = "\n    ".join(nodes[:_MOST])
    return f"{rule['impact']}: {rule['help']} ({rule['id']})\n    {shown}{more}"
