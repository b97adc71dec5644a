"""Which pictures do the README and the pages show? `python -m docs.site.pictures` makes them anew.

Each is taken of the real thing in a real Chromium, once in light and once in dark colours: the brief
of an incident and the top of the weekly report, as pages that were saved.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import agentlens as al
from docs.site.pages import DOCS
from tests.harness.browser import Browser
from tests.harness.filepage import FilePage

__all__ = ["main"]

WIDTH = 1100
HEIGHT = 900
MARGIN = 10


def _incident() -> al.Report:
    found = al.investigate(al.demo(), "strong_completion")
    return al.Report("Incident", [found])


def _weekly() -> al.Report:
    promises = [al.SLO("works", "error_rate", 0.02), al.SLO("fast", "latency_p95", 20.0)]
    return al.weekly(al.demo(), slos=promises)


PICTURES: dict[str, tuple[Callable[[], al.Report], str, str]] = {
    "incident": (_incident, "article", "article dl"),
    "weekly": (_weekly, ".al-page", ".al-actions"),
}
"""By name: the report, the part of its page that is taken, and what is the last of it."""


def main() -> int:
    """Take every picture in both colours and say where it is."""
    with TemporaryDirectory() as folder, Browser() as browser:
        for name, (report, part, last) in PICTURES.items():
            page = report().save(Path(folder) / f"{name}.html")
            for dark in (False, True):
                target = DOCS / "pictures" / f"{name}-{'dark' if dark else 'light'}.png"
                shown = FilePage(page, browser, dark=dark)
                _take(shown, part, last, target)
                shown.assert_no_errors()
                shown.close()
                sys.stdout.write(f"{target}\n")
    return 0


def _take(shown: FilePage, part: str, last: str, target: Path) -> None:
    """Write one picture: a part of the page, from its top to the end of something in it."""
    shown.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    shown.plots(wait=0)
    shown.page.evaluate("scrollTo(0, 0)")
    box, end = (shown.page.locator(one).first.bounding_box() for one in (part, last))
    if box is None or end is None:
        message = f"the page shows no {part!r} or no {last!r}"
        raise RuntimeError(message)
    shown.page.screenshot(
        path=target,
        clip={
            "x": box["x"],
            "y": box["y"],
            "width": box["width"],
            "height": end["y"] + end["height"] - box["y"] + MARGIN,
        },
        full_page=True,
        animations="disabled",
    )


if __name__ == "__main__":
    sys.exit(main())
