"""Pictures of results: functions from frames to Altair charts, and `save` for files of them.

Needs the extra `pictures`. Colours are safe for colour-blind readers, and series also differ in
lightness, shape or place, so that a grey print can be read.
"""

from cakernel.extras import library

for _module in ("altair", "vl_convert"):
    library(_module, extra="pictures", what="a picture")

from cakernel.pictures.distributions import distribution  # noqa: E402
from cakernel.pictures.picture_files import save  # noqa: E402
from cakernel.pictures.ranking import best  # noqa: E402
from cakernel.pictures.sensitivities import sobol_indices, tornado  # noqa: E402
from cakernel.pictures.winners import winner_map  # noqa: E402

__all__ = ["best", "distribution", "save", "sobol_indices", "tornado", "winner_map"]
