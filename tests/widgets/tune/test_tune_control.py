"""Is what a dragged control chart shows what Python would say of that setting?"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from tests.harness.widgetpage import WidgetPage
from tests.widgets.tune.conftest import Open

pytestmark = pytest.mark.browser

KNOWN = pd.DataFrame({"start": ["2026-11-12"], "end": ["2026-11-14"]})


@cache
def log() -> al.Log:
    return al.demo(days=10, traces_per_day=120, seed=3)


def drawn(view: WidgetPage, name: str) -> list[float | None]:
    """The heights of a trace of the present setting, as plotly drew them."""
    found: list[float | None] = view.wait(
        "(() => { const plot = root.querySelector('.js-plotly-plot');"
        " const one = plot?._fullData?.filter(({ name }) => name === argument).at(-1);"
        " return one ? [...one.y].map((y) => (Number.isFinite(y) ? y : null)) : null; })()",
        name,
    )
    return found


def test_the_chart_its_facts_and_its_calls_follow_the_hand(open_tuner: Open) -> None:
    tuner = al.tune(
        al.control_chart, log(), "strong_completion",
        lam=[0.1, 0.3], width=(2, 3, 0.5), every=["2h", "3h"],
        sustained=(1, 3), of=(3, 4), start={"of": 3}, incidents=KNOWN,
    )  # fmt: skip
    view = open_tuner(tuner, width=900)
    view.wait("root.querySelector('.js-plotly-plot')?._fullData?.length > 4")
    view.silent = True
    view.page.get_by_label("lam", exact=True).select_option("0.3")
    view.page.get_by_label("width", exact=True).press("Home")
    view.wait("root.dataset.setting.startsWith('lam 0.3, width 2 σ, every 2h')")
    fresh = al.control_chart(log(), "strong_completion", every="2h", lam=0.3, width=2.0)
    for name, column in (("limits", "upper"), ("lower limit", "lower"), ("EWMA", "ewma")):
        expected = fresh.frame[column].to_numpy()
        # Python knows nothing of it yet: this is the browser's.
        view.wait(
            "Math.abs([...root.querySelector('.js-plotly-plot')._fullData].filter("
            "({ name }) => name === argument[0]).at(-1).y.at(-1) - argument[1]) < 1e-9",
            [name, float(expected[-1])],
        )
        there = np.array(drawn(view, name), dtype=float)
        np.testing.assert_allclose(there, expected, rtol=1e-9, atol=1e-12)
    assert tuner.knobs["lam"] == 0.1
    view.silent = False
    for content in [one for one in view.sent if one.get("kind") == "ask"]:
        tuner._hear(None, content, [])
    view.wait("root.querySelector('.al-tune-facts').textContent.includes('by simulation')")
    view.wait(
        "root.querySelector('.al-tune-head').textContent.includes(argument)", fresh.headline[:40]
    )
    assert tuner.result.headline == fresh.headline
    text = view.wait("root.querySelector('.al-tune-facts').innerText")
    facts = dict(line.split("\t")[:2] for line in text.splitlines() if "\t" in line)
    assert facts["episodes"] == str(len(fresh.signals()))
    for name in ("limits", "false alarms", "design"):
        assert facts[name] == str(fresh.facts()[name])
    backtest = al.backtest(tuner.policy, fresh, incidents=KNOWN)
    for name in ("calls a week", "false calls a week", "hits"):
        assert facts[name] == str(backtest.facts()[name])
    assert view.page.locator(".al-problem:not([hidden])").count() == 0
    view.page.get_by_label("every", exact=True).select_option("3h")
    view.wait("root.querySelector('h3').textContent.endsWith('every 3h')")
    view.wait("root.dataset.setting.startsWith('lam 0.3, width 2 σ, every 3h')")
    view.page.get_by_label("width", exact=True).press("ArrowRight")
    view.wait("root.dataset.setting.startsWith('lam 0.3, width 2.5 σ, every 3h')")
    view.pump()
    assert (
        tuner.result.headline
        == al.control_chart(log(), "strong_completion", every="3h", lam=0.3, width=2.5).headline
    )
    view.assert_no_errors()
    assert view.page.locator(".al-problem:not([hidden])").count() == 0
    assert view.leave() == []


def test_the_chart_is_alive_on_a_page_without_a_kernel(open_tuner: Open) -> None:
    tuner = al.tune(
        al.control_chart, log(), "strong_completion", every="2h", width=(2, 3, 0.5),
        seasonal=["auto", "none"],
    )  # fmt: skip
    view = open_tuner(tuner, still=True, width=520)
    view.page.get_by_label("width", exact=True).press("Home")
    view.wait("root.dataset.setting.startsWith('every 2h, width 2 σ')")
    fresh = al.control_chart(log(), "strong_completion", every="2h", width=2.0)
    view.wait(
        "root.querySelector('.al-tune-facts').innerText.includes(argument)",
        str(fresh.facts()["false alarms"]),
    )
    assert f"{len(fresh.signals())} signal" in view.page.inner_text(".al-line")
    assert view.page.get_by_label("seasonal", exact=True).is_disabled()
    view.assert_no_errors()


def test_a_promise_is_turned_in_the_browser(open_tuner: Open) -> None:
    slo = al.SLO("errors", "error_rate", 0.02)
    tuner = al.tune(al.check_slos, log(), slo, objective=(0.01, 0.05), owner=["a", "b"])
    view = open_tuner(tuner, width=700)
    view.page.get_by_label("objective", exact=True).press("End")
    view.wait("root.dataset.setting.startsWith('objective 0.05')")
    view.pump()
    assert tuner.knobs["objective"] == 0.05
    assert "promised at most 5%" in view.wait("root.querySelector('.al-tune-head').textContent")
    view.assert_no_errors()
    assert view.page.locator(".al-problem:not([hidden])").count() == 0
