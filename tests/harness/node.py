"""How do tests run the browser's formulas without a browser?"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright._impl._driver import compute_driver_executable

from agentlens.widgets.live.live import said
from agentlens.widgets.tune.engines.prepared import Prepared

__all__ = ["CORE", "ROOT", "node", "parity_of_mutant", "recomputed"]

ROOT = Path(__file__).parents[2]
CORE = ROOT / "agentlens/widgets/js/core"
_RECOMPUTE = ROOT / "tests/harness/recompute.mjs"


def node(
    *arguments: str, given: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Return what the node of the playwright package makes of a script."""
    program, _ = compute_driver_executable()
    return subprocess.run(
        [program, *arguments],
        input=given,
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, **(environment or {})},
        cwd=ROOT,
    )


def parity_of_mutant(
    folder: Path, file: str, old: str, new: str
) -> subprocess.CompletedProcess[str]:
    """Return what the vectors say of the browser's formulas with one of them changed.

    Args:
        folder: where the changed copy goes.
        file: of the core.
        old: what stands in it once.
        new: what stands there in the copy.
    """
    core = Path(shutil.copytree(CORE, folder / "core"))
    source = (core / file).read_text(encoding="utf-8")
    assert source.count(old) == 1
    (core / file).write_text(source.replace(old, new), encoding="utf-8")
    parity = str(ROOT / "tests/js/parity.test.mjs")
    return node(parity, environment={"AGENTLENS_CORE": str(core)})


def recomputed(
    prepared: Prepared,
    figure: Mapping[str, Any],
    settings: Sequence[Mapping[str, object]],
    parts: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Return what the engine in the browser makes of each setting: its outcome and its picture.

    Args:
        prepared: what Python prepared.
        figure: the picture that Python drew, as JSON.
        settings: of the knobs.
        parts: of the grid, as far as they have come.
    """
    places, offset = {}, 0
    for name, array in prepared.arrays.items():
        places[name] = [offset, array.size]
        offset += array.size
    numbers = np.concatenate([np.asarray(one, "<f8") for one in prepared.arrays.values()])
    given = {
        "formula": {
            "name": prepared.name,
            "version": prepared.version,
            "fixed": dict(prepared.fixed),
            "arrays": places,
            "ticks": dict(prepared.ticks),
        },
        "numbers": numbers.tobytes().hex(),
        "figure": figure,
        "settings": list(settings),
        "parts": list(parts),
    }
    done = node(str(_RECOMPUTE), given=said(given))
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
