"""The colours of states, in all pictures."""

from typing import Final

STATES: Final = ("#7f2704", "#f08a3c", "#dde3ea")
"""Colours of states 0, 1 and 2: a fall glows, the normal state does not; apart in grey, too."""
