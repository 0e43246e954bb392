"""Pictures of results: functions from frames to Altair charts, and `save` for files of them.

Needs the extra `pictures`. Colours are safe for colour-blind readers, and series also differ in
lightness, shape or place, so that a grey print can be read.
"""

from cakernel.errors import InvalidInput

try:
    import altair  # noqa: F401
    import vl_convert  # noqa: F401
except ModuleNotFoundError as missing:
    raise InvalidInput(
        f"pictures: got no library {missing.name}, which they need; install cakernel[pictures]"
    ) from None

from cakernel.pictures.distributions import distribution
from cakernel.pictures.picture_files import save
from cakernel.pictures.ranking import best
from cakernel.pictures.sensitivities import sobol_indices, tornado

__all__ = ["best", "distribution", "save", "sobol_indices", "tornado"]
