"""The sections of a scenario file that describe a network and what was recorded of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field

from cakernel.checks import Allowed, Checked, whole
from cakernel.errors import InvalidInput
from cakernel.files import section, within
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.network.disruptions import read_record
from cakernel.recovery.network.indexed_tables import Demand
from cakernel.recovery.network.network import Network

# what a scenario file of a network has beside them, and which fields of [model] are then the run's
NETWORK_SECTIONS: Final = ("network", "disruptions")
RUN_FIELDS: Final = ("periods", "recovery", "initial_resources")
DemandTried = Annotated[Demand, Allowed("'all', 'half', 'any' or 'none'")]


class NetworkSection(Checked):
    """The section [network] of a scenario file; the folder is found beside the file."""

    folder: Annotated[str, Field(min_length=1), Allowed("the path of a folder")]
    demand: DemandTried = "half"


class DisruptionsSection(Checked):
    """The section [disruptions]: what takes the place of draws; without ``through``, to its end."""

    file: Annotated[str, Field(min_length=1), Allowed("the path of a CSV file")]
    through: whole(1, MAX_PERIODS) | None = None  # type: ignore[valid-type]


def read_network(content: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Read the sections that describe a network: ``network``, and ``record`` if there is one."""
    if "network" not in content:
        raise InvalidInput("disruptions: there is no section [network]; must be left out")
    keys = section(content, "network")
    with within("network."):
        described = NetworkSection(**keys)
    for key in section(content, "model"):
        if key not in RUN_FIELDS:
            raise InvalidInput(
                f"model.{key}: is of grids; with [network] [model] has {', '.join(RUN_FIELDS)}"
            )
    network = Network.read(folder / described.folder, demand=described.demand)
    if "disruptions" not in content:
        return {"network": network}
    keys = section(content, "disruptions")
    with within("disruptions."):
        recorded = DisruptionsSection(**keys)
    path = folder / recorded.file
    return {"network": network, "record": read_record(path, network, through=recorded.through)}
