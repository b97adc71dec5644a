"""Which command runs the yardsticks? `python -m benchmarks --help` tells."""

import sys

from benchmarks.yardsticks.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
