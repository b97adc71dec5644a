"""A process behind a view, which may be killed at any time: messages come as lines, answers go."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.widgets.label.benches import item_of, labels_of, plan_of

__all__ = ["main"]


def main() -> None:
    """Serve a view: the store is the argument."""
    labels = labels_of(plan_of(), Path(sys.argv[1]))

    def send(content: dict[str, Any], buffers: object = None) -> None:
        del buffers
        sys.stdout.write(f"{json.dumps(content)}\n")
        sys.stdout.flush()

    labels.send = send
    sys.stdout.write(f"{item_of(labels)}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        labels._hear(None, json.loads(line), [])


if __name__ == "__main__":
    main()
