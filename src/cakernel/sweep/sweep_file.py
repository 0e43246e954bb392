"""A sweep described in a TOML file."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cakernel.checks import Allowed, Checked, reject_unknown, whole
from cakernel.kernel.shocks import MAX_REPLICATIONS, MAX_SEED
from cakernel.scenario_file import MODEL_SECTIONS, read_model
from cakernel.sweep.axis import axis_of
from cakernel.sweep.design import Design
from cakernel.sweep.recovery import Recovery
from cakernel.sweep.sweep import Sweep, Target
from cakernel.toml_file import read_toml, section, within


class Settings(Checked):
    """The section [sweep] of a file."""

    replications: whole(1, MAX_REPLICATIONS) = 20  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    common_random_numbers: Annotated[bool, Allowed("true or false")] = True
    rows: Annotated[Literal["policy", "replication"], Allowed("'policy' or 'replication'")] = (
        "policy"
    )


def read_sweep_file(path: Path) -> Sweep:
    """Read and check the description of a sweep.

    Raises
    ------
    InvalidInput
        If the file cannot be read, is not TOML, or a key is unknown, missing or outside its range;
        the message names the file, the key, the value and the range.
    """
    with within(f"{path}: "):
        content = read_toml(path)
        reject_unknown(content, ["sweep", "target", "design", "axes", *MODEL_SECTIONS])
        with within("sweep."):
            settings = Settings(**section(content, "sweep"))
        with within("design."):
            design = _design(section(content, "design"), path.parent)
        target = None
        if "target" in content:
            with within("target."):
                target = Target(**section(content, "target"))
        model, policies, scenarios, rules = read_model(content, path.parent)
        axes = {name: axis_of(name, given) for name, given in section(content, "axes").items()}
        sweep = Sweep(
            study=Recovery(
                model=model,
                policies=policies,
                scenarios=scenarios,
                common_random_numbers=settings.common_random_numbers,
                rows=settings.rows,
                rules=rules,
            ),
            axes=axes,
            design=design,
            replications=settings.replications,
            seed=settings.seed,
            target=target,
        )
        # what the axes name is known to be right before anything is written
        sweep.points()
        return sweep


def _design(given: dict[str, Any], folder: Path) -> Design:
    """Return the design; a file of points is found beside the file that names it."""
    if isinstance(given.get("file"), str):
        given = {**given, "file": folder / given["file"]}
    return Design(**given)
