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

from cakernel.pictures.agreement import agreement
from cakernel.pictures.best import best
from cakernel.pictures.ctip import ctip
from cakernel.pictures.ctip_claims import ctip_claims
from cakernel.pictures.ctip_where import ctip_where
from cakernel.pictures.distribution import distribution
from cakernel.pictures.history import history
from cakernel.pictures.replication import replication_player, replication_strip
from cakernel.pictures.save import save
from cakernel.pictures.speed_map import recommended_speed_map
from cakernel.pictures.tornado import sobol_indices, tornado

__all__ = [
    "agreement",
    "best",
    "ctip",
    "ctip_claims",
    "ctip_where",
    "distribution",
    "history",
    "recommended_speed_map",
    "replication_player",
    "replication_strip",
    "save",
    "sobol_indices",
    "tornado",
]
