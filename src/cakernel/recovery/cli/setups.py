"""What commands simulate: a regime of the paper or a scenario file, and the options to name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cakernel.checks import check_value, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.cli.options import BASE, Convention
from cakernel.recovery.input_files import ScenarioFile, Settings, read_scenario_file
from cakernel.recovery.model import Model
from cakernel.recovery.model import regime as named_regime
from cakernel.recovery.network.network import Network
from cakernel.recovery.policy import POLICY, Policy, policies
from cakernel.recovery.rules import find_rule
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.tracing import trace
from cakernel.wording import shown


def is_file(regime_or_file: str | Path) -> bool:
    """Say whether the name is that of a scenario file, not of a regime."""
    return str(regime_or_file).lower().endswith(".toml")


def convention_of(regime_or_file: str | Path, convention: str | None) -> str | None:
    """Return the convention of a regime, unless another was asked for; None of a scenario file.

    Beside a file, which describes the model, none may be asked for.
    """
    if not is_file(regime_or_file):
        return str(convention or Convention.PUBLISHED)
    _refuse_beside(regime_or_file, {"--convention": convention})
    return None


def _refuse_beside(file: str | Path, given: Mapping[str, object]) -> None:
    """Refuse options that say what a file says."""
    for option, value in given.items():
        if value is not None:
            raise InvalidInput(
                f"{option}: got {value} beside {file}, which describes the model; must be left out"
            )


def described(
    regime_or_file: str | Path, convention: str | None = None, *, networks: bool = False
) -> ScenarioFile:
    """Read a scenario file (.toml), or describe a regime of the paper as one would.

    A file of a network is refused, unless the caller can run ``networks``.
    """
    if is_file(regime_or_file):
        return read_scenario_file(Path(regime_or_file), networks=networks)
    model = named_regime(str(regime_or_file), convention=convention or Convention.PUBLISHED)
    return ScenarioFile(Settings(), model, policies(), paper_scenarios())


# policies in a message
MOST_LISTED = 12


@dataclass(frozen=True)
class Setup:
    """What a scenario file describes, in one resource scenario; ``listed`` are its policies.

    Of a regime, and of a network's folder, none are listed.
    """

    name: str
    file: ScenarioFile
    listed: list[Policy] | None
    scenario_index: int
    seed: int

    @property
    def scenario(self) -> ResourceScenario:
        """The resource scenario."""
        return self.file.scenarios[self.scenario_index]

    @property
    def note(self) -> str:
        """What is simulated, for under a title."""
        return f"{self.name}, resource scenario {self.scenario_index}, seed {self.seed}"

    def policy(self, text: str) -> Policy:
        """Return the policy of a name, P left out or not; a listed one, if the file lists any.

        Of these also the one that alone has the words.
        """
        words = text.split()
        if self.listed is None:
            if len(words) not in (2, 3):
                raise InvalidInput(f"policy: got {shown(text)}; must be written as 'SRD-5 CRD-5 P'")
            net = self.file.network
            own = {} if net is None else net.own_rules
            parts = [find_rule(word, own) or word for word in words]
            return Policy(**dict(zip(POLICY, parts, strict=False)))  # type: ignore[arg-type]
        name = " ".join(words)
        named = [policy for policy in self.listed if str(policy) in (name, f"{name} P")]
        found = named or [
            each for each in self.listed if words and {*words} <= {*str(each).split()}
        ]
        if len(found) == 1:
            return found[0]
        which = "one of" if found else "one that the scenario file lists"
        listed = ", ".join(str(policy) for policy in (found or self.listed)[:MOST_LISTED])
        raise InvalidInput(f"policy: got {shown(text)}; must be {which}: {listed}")

    def policies(self, names: Sequence[str] | None, *, default: Sequence[str]) -> list[Policy]:
        """Return policies by name; without names the first that are listed, else the default."""
        if names or self.listed is None:
            return [self.policy(name) for name in names or default]
        return self.listed[: len(default)]

    def history(self, policy: Policy, replication: int) -> pl.DataFrame:
        """Trace one replication of a policy."""
        return trace(
            self.file.simulated,
            policy=policy,
            scenario=self.scenario,
            seed=self.seed,
            replication=replication,
            scenario_index=self.scenario_index,
            **self.file.horizon,
        )


def setup(
    scenario: Path | None,
    regime: str | None,
    convention: str | None,
    *,
    scenario_index: int,
    seed: int | None,
    networks: bool = False,
) -> Setup:
    """Take a resource scenario out of a scenario file, or of a regime of the paper.

    ``networks`` takes a scenario file of a network, too, and the folder of one, which then meets
    the paper's resource scenarios.
    """
    if scenario is not None:
        _refuse_beside(scenario, {"--regime": regime, "--convention": convention})
    regime, convention = regime or BASE, convention or Convention.PUBLISHED
    lists = scenario is not None and not (networks and scenario.is_dir())
    if scenario is None:
        found = described(regime, convention)
    elif not lists:
        net = Network.read(scenario)
        found = ScenarioFile(Settings(), Model(), policies(), paper_scenarios(), network=net)
    else:
        found = read_scenario_file(scenario, networks=networks)
    check_value("scenario_index", scenario_index, whole(0, len(found.scenarios) - 1))
    return Setup(
        name=f"regime {regime}, convention {convention}" if scenario is None else scenario.name,
        file=found,
        listed=found.policies if lists else None,
        scenario_index=scenario_index,
        seed=found.settings.seed if seed is None else seed,
    )
