"""Does no figure offer to upload itself, and does that promise load nothing?"""

import subprocess
import sys

import pytest

_AFTER = """
import sys
from agentlens.figures.base import blank
blank("one"), blank("two")
assert "plotly.io._renderers" not in sys.modules, "loaded for nothing"
import plotly.io as pio
assert pio.renderers["jupyterlab"].config["showSendToCloud"] is False
assert not any(type(one).__name__ == "_Waiting" for one in sys.meta_path), "still waiting"
"""
_BEFORE = """
import plotly.io as pio
assert "showSendToCloud" not in (pio.renderers["jupyterlab"].config or {})
from agentlens.figures.base import blank
blank("one")
assert pio.renderers["jupyterlab"].config["showSendToCloud"] is False
"""


@pytest.mark.parametrize("order", [_AFTER, _BEFORE])
def test_the_button_goes_whenever_plotly_loads_what_shows_figures(order: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", order], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
