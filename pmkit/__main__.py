"""`python -m pmkit` is `pmkit`."""

import sys

from pmkit.cli import main

sys.exit(main())
