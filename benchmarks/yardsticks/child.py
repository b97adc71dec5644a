"""What does one way take, in a process of its own?

`python -m benchmarks.yardsticks.child MODULE:FUNCTION WARM FOLDER [once]` runs the way on small data
first, so that nothing is imported in the time that counts, then once on the data of FOLDER, and
prints that as JSON.
"""

import importlib
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.clock import measured
from benchmarks.yardsticks.yardstick import Way

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FailedError", "ran"]

ROOT = Path(__file__).resolve().parents[2]
KEY = "the key of the yardsticks"
SLOW = "PYTHONDONTWRITEBYTECODE"
ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
NAMED = (
    "agentlens", "duckdb", "evidently", "judgy", "langfuse", "nannyml", "numpy", "pandas", "pyarrow",
    "scikit-learn", "scipy", "sliceline", "wise-pizza",
)  # fmt: skip


class FailedError(RuntimeError):
    """A way did not come to its end; the message says how."""


def ran(way: Way, warm: Path, folder: Path, python: str = "", patience: float = 900) -> Any:
    """Return what a way took in a process of its own.

    Args:
        way: what is run.
        warm: the folder of the small data.
        folder: that of the data that count.
        python: the interpreter of a peer's environment; "" for ours.
        patience: seconds before it is stopped.
    """
    command = [python or sys.executable, "-m", __name__, way.job, str(warm), str(folder)]
    kept = {name: one for name, one in os.environ.items() if name != SLOW}
    environment = {**kept, **ALONE, "AGENTLENS_REDACT_KEY": KEY}
    try:
        done = subprocess.run(
            [*command, *(["once"] if way.once else [])], cwd=ROOT, env=environment,
            capture_output=True, text=True, check=True, timeout=patience,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        message = f"stopped after {patience:.0f} s"
        raise FailedError(message) from None
    except subprocess.CalledProcessError as failed:
        last = (failed.stderr or "").strip().splitlines()[-1:] or [f"exit {failed.returncode}"]
        message = f"failed: {last[0][:200]}"
        raise FailedError(message) from None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(job: str, warm: str, folder: str, *flags: str) -> None:
    """Run a way and print what it took."""
    module, name = job.split(":")
    prepare: Callable[[Path], Callable[[], object]] = getattr(importlib.import_module(module), name)
    prepare(Path(warm))()
    took = measured(prepare(Path(folder)), once="once" in flags)
    print("\n" + json.dumps({**took, "versions": _versions()}))


def _versions() -> dict[str, str]:
    """Return the versions of what is installed here and counts."""
    found = {"python": platform.python_version()}
    for name in NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
