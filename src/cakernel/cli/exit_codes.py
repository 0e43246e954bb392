"""How commands end: 0 done, 2 bad input (as of any usage error), and these."""

import signal
from typing import Final

DIFFERS: Final = 1
"""`cakernel rerun` gave other results."""
BAD_INPUT: Final = 2
SOME_FAILED: Final = 3
"""Done, but for impossible points of a sweep."""
INTERRUPTED: Final = 130
"""By Ctrl-C; what was finished is kept."""
TERMINATED: Final = 128 + signal.SIGTERM
"""By SIGTERM, which batch systems send before they kill; as by Ctrl-C."""
