"""What every page, command and result of the model opens with."""

from typing import Final

LABEL: Final = "Inspired by the abstract of Arisian et al. (2025); not a reproduction."
