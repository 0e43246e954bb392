"""What commands simulate: a regime of the paper or a scenario file, and the options to name it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from cakernel.checks import check_value, shown, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.input_files import ScenarioFile, Settings, read_scenario_file
from cakernel.recovery.model import Model
from cakernel.recovery.model import regime as named_regime
from cakernel.recovery.policy import POLICY, Policy, policies
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.simulation import trace


class Convention(StrEnum):
    """The named sets of conventions."""

    PUBLISHED = "published"
    TEXT = "text"


class Outcome(StrEnum):
    """What can be compared; high is good."""

    RESOURCES = "resources"
    X = "x"
    Y = "y"


ScenarioArgument = Annotated[
    Path | None,
    typer.Argument(help="A scenario file; without one, a regime of the paper is simulated."),
]
RegimeName = Annotated[str, typer.Option(help="The paper's regime.")]
RegimeOrFile = Annotated[
    str, typer.Option(help="A regime of Chen and Chang (2021), or a scenario file (.toml).")
]
FileSeed = Annotated[
    int | None, typer.Option(help="Seed.", show_default="the scenario file's, else 1")
]
ScenarioIndex = Annotated[int, typer.Option(help="Which resource scenario, from 0.")]
# the policies that are drawn over time where none is named
PLOTTED = ("SRD-2 CRD-5", "SRD-4 CRD-5", "SRD-5 CRD-5")
Policies = Annotated[
    list[str] | None, typer.Option("--policy", help="Such as 'SRD-5 CRD-5 P'; may be repeated.")
]


def described(regime_or_file: str | Path, convention: str = "published") -> ScenarioFile:
    """Read a scenario file (.toml), or describe a regime of the paper as one would."""
    if str(regime_or_file).lower().endswith(".toml"):
        return read_scenario_file(Path(regime_or_file))
    model = named_regime(str(regime_or_file), convention=convention)
    return ScenarioFile(Settings(), model, policies(), paper_scenarios())


@dataclass(frozen=True)
class Setup:
    """A model in one resource scenario, and the policies that are listed for it, if any are."""

    name: str
    model: Model
    listed: list[Policy] | None
    scenario: ResourceScenario
    scenario_index: int
    seed: int

    @property
    def note(self) -> str:
        """What is simulated, for under a title."""
        return f"{self.name}, resource scenario {self.scenario_index}, seed {self.seed}"

    def policy(self, text: str) -> Policy:
        """Return the policy of a name, P left out or not; a listed one, if the file lists any."""
        words = text.split()
        if len(words) not in (2, 3):
            raise InvalidInput(f"policy: got {shown(text)}; must be written as 'SRD-5 CRD-5 P'")
        names = dict(zip(POLICY, words, strict=False))
        if self.listed is None:
            return Policy(**names)  # type: ignore[arg-type]
        wanted = " ".join(words if len(words) == 3 else [*words, "P"])
        for policy in self.listed:
            if str(policy) == wanted:
                return policy
        raise InvalidInput(f"policy: got {shown(text)}; must be one that the scenario file lists")

    def history(self, policy: Policy, replication: int) -> pl.DataFrame:
        """Trace one replication of a policy."""
        return trace(
            self.model,
            policy=policy,
            scenario=self.scenario,
            seed=self.seed,
            replication=replication,
            scenario_index=self.scenario_index,
        )


def setup(
    scenario: Path | None,
    regime: str,
    convention: str,
    *,
    scenario_index: int,
    seed: int | None,
) -> Setup:
    """Take a resource scenario out of a scenario file, or of a regime of the paper."""
    found = described(regime, convention) if scenario is None else read_scenario_file(scenario)
    check_value("scenario_index", scenario_index, whole(0, len(found.scenarios) - 1))
    return Setup(
        name=f"regime {regime}, convention {convention}" if scenario is None else scenario.name,
        model=found.model,
        listed=None if scenario is None else found.policies,
        scenario=found.scenarios[scenario_index],
        scenario_index=scenario_index,
        seed=found.settings.seed if seed is None else seed,
    )
