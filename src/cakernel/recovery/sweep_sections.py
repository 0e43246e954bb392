"""The recovery model in a sweep file: its keys of [sweep], and its own sections."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from cakernel.checks import MAX_REPLICATIONS, MAX_SEED, Allowed, Checked, whole
from cakernel.recovery.scenario_file import MODEL_SECTIONS, read_model
from cakernel.recovery.study import Recovery
from cakernel.sweep.sweep_file import StudySections


class Settings(Checked):
    """The section [sweep] of a file on the recovery model."""

    model: Literal["recovery"] = "recovery"
    replications: whole(1, MAX_REPLICATIONS) = 20  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    common_random_numbers: Annotated[bool, Allowed("true or false")] = True
    rows: Annotated[Literal["policy", "replication"], Allowed("'policy' or 'replication'")] = (
        "policy"
    )


def _study(settings: Settings, content: Mapping[str, Any], folder: Path) -> Recovery:
    described = read_model(content, folder)
    return Recovery(
        model=described.model,
        policies=described.policies,
        scenarios=described.scenarios,
        common_random_numbers=settings.common_random_numbers,
        rows=settings.rows,
        rules=described.rules,
    )


SECTIONS = StudySections(tuple(MODEL_SECTIONS), Settings, _study)
