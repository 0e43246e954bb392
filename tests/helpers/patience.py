"""How long tests wait for what must come: a limit on hanging, never a measure of speed.

A machine that compiles everything for the first time, for several tests at once, is slow.
"""

SECONDS = 300
