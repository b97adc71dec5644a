"""`python -m agentlens` is the command line."""

import sys

from agentlens.cli import main

sys.exit(main())
