"""What does it cost to read Langfuse into a lake, and does memory stay flat?

    python benchmarks/pull.py 10000 100000 300000

Prints, for each number of observations, CPU microseconds an observation, the process's peak memory.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Serve worlds of the sizes given, and pull each in a process of its own."""
    from tests.loopback import BigWorld, Clock, LangfuseServer  # noqa: PLC0415 - after the path

    for size in map(int, sys.argv[1:] or ["10000", "100000"]):
        world = BigWorld(size)
        now = world.end + 3 * 86_400
        with LangfuseServer(world, clock=Clock(now)) as server, tempfile.TemporaryDirectory() as at:
            command = [sys.executable, __file__, "--pull", str(size), server.url, str(now), at]
            subprocess.run(
                command, check=True, env={**os.environ, "AGENTLENS_REDACT_KEY": "k" * 20}
            )


def pull(size: int, url: str, now: float, folder: str) -> None:
    """Pull once and print what it took."""
    import agentlens as al  # noqa: PLC0415 - counted to the pull alone
    from tests.loopback.clock import Clock  # noqa: PLC0415 - after the path

    keys = {"public_key": "pk-lf-loopback", "secret_key": "sk-lf-loopback"}
    from benchmarks.clock import peak_mb  # noqa: PLC0415 - as above

    before = time.process_time()
    done = al.Lake(folder).sync("langfuse", since="2026-05-04", host=url, clock=Clock(now), **keys)
    spent = time.process_time() - before
    print(
        f"{done.spans:>9,} observations, {done.slices} slices: {1e6 * spent / size:.0f} µs CPU each,"
        f" peak {peak_mb():,.0f} MB"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pull"]:
        pull(int(sys.argv[2]), sys.argv[3], float(sys.argv[4]), sys.argv[5])
    else:
        main()
