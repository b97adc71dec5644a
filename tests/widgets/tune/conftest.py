"""What do the tests of knobs share?"""

from collections.abc import Callable
from typing import Any

import pytest

from agentlens.widgets.live.live import Live
from agentlens.widgets.tune.seen import ready
from agentlens.widgets.tune.tuner import Tuner
from tests.harness.widgetpage import WidgetPage
from tests.widgets.tune.tiny import LOG, prepared, tiny, with_engine

Tune = Callable[..., Tuner]
Open = Callable[..., WidgetPage]


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch) -> Tune:
    """Makes a tuner of the tiny verb; lam and gain are recomputed in the browser."""
    monkeypatch.setattr(ready, "prepared", prepared)

    def made(metric: str = "height", **knobs: Any) -> Tuner:
        knobs = knobs or {"lam": (0.0, 1.0), "gain": (1, 3), "lag": (1, 8), "every": ["1h", "6h"]}
        found = Tuner(tiny, [LOG, metric], knobs)
        found._esm = with_engine(found._esm)
        return found

    return made


@pytest.fixture
def open_tuner(open_view: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Shows a tuner; with a kernel behind it the grid is not there from the start."""

    def opened(live: Tuner, *, still: bool = False, **more: Any) -> WidgetPage:
        if not still:
            monkeypatch.setattr(live, "bundle", lambda: Live.bundle(live))
        page = open_view(live, still=still, **more)
        page.page.set_default_timeout(5_000)
        return page

    return opened
