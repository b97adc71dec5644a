"""How is a loopback server of messages tried by hand?

`python -m tests.messages --port 8900 --ledger bills.jsonl` serves until Ctrl-C.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from tests.messages.options import Options
from tests.messages.server import Messages
from tests.messages.truths import Truths

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, stop: Event | None = None) -> int:
    """Serve until stopped, and say where.

    Args:
        arguments: of the command line.
        stop: set to stop it; else Ctrl-C does.
    """
    parser = argparse.ArgumentParser(prog="tests.messages", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path, default=None)
    parser.add_argument("--sensitivity", type=float, default=1.0)
    parser.add_argument("--specificity", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--polls", type=int, default=0)
    given = parser.parse_args(arguments)
    truths = Truths(given.sensitivity, given.specificity, seed=given.seed)
    server = Messages(Options(answer=truths, polls=given.polls), ledger=given.ledger)
    server.start(given.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        (stop or Event()).wait()
    except KeyboardInterrupt:
        return 130
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
