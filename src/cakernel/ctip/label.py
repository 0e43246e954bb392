"""What every page, docstring and output of the coopetition model opens with."""

from typing import Final

LABEL: Final = "Inspired by the abstract of Arisian et al. (2025); not a reproduction."
