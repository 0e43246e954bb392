"""A sweep described in a TOML file."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from cakernel.checks import Allowed, Checked, reject_unknown, whole
from cakernel.ctip.market import Market
from cakernel.ctip.table import CONTRACTS
from cakernel.errors import InvalidInput
from cakernel.kernel.shocks import MAX_REPLICATIONS, MAX_SEED
from cakernel.scenario_file import MODEL_SECTIONS, read_model
from cakernel.sweep.axis import axis_of
from cakernel.sweep.coopetition import Coopetition
from cakernel.sweep.design import Design
from cakernel.sweep.recovery import Recovery
from cakernel.sweep.study import Study
from cakernel.sweep.sweep import Sweep, Target
from cakernel.toml_file import read_toml, section, within

# the sections that only one model has
SECTIONS = {"recovery": ["target", *MODEL_SECTIONS], "coopetition": ["market"]}

ModelName = Annotated[Literal["recovery", "coopetition"], Allowed(" or ".join(map(repr, SECTIONS)))]


class Settings(Checked):
    """The section [sweep] of a file."""

    model: ModelName = "recovery"
    replications: whole(1, MAX_REPLICATIONS) = 20  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    common_random_numbers: Annotated[bool, Allowed("true or false")] = True
    rows: Annotated[Literal["policy", "replication"], Allowed("'policy' or 'replication'")] = (
        "policy"
    )


class ExactSettings(Checked):
    """The section [sweep] of a file on the coopetition model, in which nothing is drawn."""

    model: ModelName
    replications: Annotated[
        int, Field(ge=1, le=1, strict=True), Allowed("1, or left out: nothing is drawn")
    ] = 1
    # judged by the model
    contracts: Any = CONTRACTS
    regimes: Any = ("nash",)


SETTINGS: dict[str, type[Settings] | type[ExactSettings]] = {
    "recovery": Settings,
    "coopetition": ExactSettings,
}


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
        reject_unknown(content, ["sweep", "design", "axes", *chain(*SECTIONS.values())])
        with within("sweep."):
            settings = _settings(section(content, "sweep"))
        _check_sections(content, settings.model)
        with within("design."):
            design = _design(section(content, "design"), path.parent)
        target = None
        if "target" in content:
            with within("target."):
                target = Target(**section(content, "target"))
        study = _study(settings, content, path.parent)
        axes = {name: axis_of(name, given) for name, given in section(content, "axes").items()}
        sweep = Sweep(
            study=study,
            axes=axes,
            design=design,
            replications=settings.replications,
            seed=settings.seed if isinstance(settings, Settings) else 1,
            target=target,
        )
        # what the axes name is known to be right before anything is written
        sweep.points()
        return sweep


def _settings(given: Mapping[str, Any]) -> Settings | ExactSettings:
    """Return the settings of the model that they name."""
    model = given.get("model", "recovery")
    if model not in list(SETTINGS):
        # refused, with the names that there are
        return Settings(model=model)
    kind = SETTINGS[model]
    others = {name for other in SETTINGS.values() for name in other.model_fields}
    for name in given:
        if name in others - set(kind.model_fields):
            raise InvalidInput(
                f"{name}: got {given[name]!r}; must be left out where sweep.model is {model!r}"
            )
    return kind(**given)


def _check_sections(content: Mapping[str, Any], model: str) -> None:
    """Raise for a section that only the other model has."""
    for other, names in SECTIONS.items():
        for name in names:
            if name in content and other != model:
                raise InvalidInput(
                    f"{name}: is a section of the {other} model; must be left out where "
                    f"sweep.model is {model!r}"
                )


def _study(settings: Settings | ExactSettings, content: Mapping[str, Any], folder: Path) -> Study:
    if isinstance(settings, ExactSettings):
        with within("market."):
            market = Market(**section(content, "market"))
        with within("sweep."):
            return Coopetition(market, contracts=settings.contracts, regimes=settings.regimes)
    model, policies, scenarios, rules = read_model(content, folder)
    return Recovery(
        model=model,
        policies=policies,
        scenarios=scenarios,
        common_random_numbers=settings.common_random_numbers,
        rows=settings.rows,
        rules=rules,
    )


def _design(given: dict[str, Any], folder: Path) -> Design:
    """Return the design; a file of points is found beside the file that names it."""
    if isinstance(given.get("file"), str):
        given = {**given, "file": folder / given["file"]}
    return Design(**given)
