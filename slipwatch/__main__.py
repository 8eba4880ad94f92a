"""`python -m slipwatch` is the command `slipwatch`."""

import sys

from slipwatch.cli import main

sys.exit(main())
