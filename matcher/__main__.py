"""`python -m matcher`: the command line, where the script `matcher` is not on the path."""

import sys

from matcher.cli import main

sys.exit(main())
