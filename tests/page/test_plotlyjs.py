from importlib.resources import files

import pytest
from plotly.offline import get_plotlyjs_version

from agentlens.page.plotlyjs import library


def test_the_small_bundle_is_the_version_that_plotly_writes_for() -> None:
    source, name = library({"scatter", "heatmap"})
    version = get_plotlyjs_version()
    assert name == f"plotly.js {version} (cartesian)"
    assert f"cartesian - minified) v{version}" in source[:200]
    assert len(source) < 1_600_000


def test_the_licence_travels_with_the_bundle() -> None:
    notice = (files("agentlens.page") / "assets" / "plotly-LICENSE.txt").read_text("utf-8")
    assert notice.startswith("MIT License")


@pytest.mark.parametrize("kind", ["scatterpolar", "scattergl", "no-such-type"])
def test_a_type_that_the_small_bundle_lacks_takes_the_full_one(kind: str) -> None:
    source, name = library({"scatter", kind})
    assert name.endswith("(full)")
    assert len(source) > 4_000_000


def test_a_bundle_of_another_version_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plotly.offline.get_plotlyjs_version", lambda: "9.9.9")
    assert library({"scatter"})[1] == "plotly.js 9.9.9 (full)"
