"""Pictures of results: functions from frames to Altair charts, and `save` for files of them.

Needs the extra `pictures`. Colours are safe for colour-blind readers, and what they tell apart
differs in lightness, shape or place, too, so that a grey print can be read.
"""

from cakernel.errors import InvalidInput

try:
    import altair  # noqa: F401
    import vl_convert  # noqa: F401
except ModuleNotFoundError as missing:
    raise InvalidInput(
        f"pictures: got no library {missing.name}, which they need; install cakernel[pictures]"
    ) from None

from cakernel.pictures.best import best
from cakernel.pictures.distribution import distribution
from cakernel.pictures.save import save
from cakernel.pictures.tornado import sobol_indices, tornado

__all__ = [
    "best",
    "distribution",
    "save",
    "sobol_indices",
    "tornado",
]
