"""What `cakernel plot` simulates on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cakernel.checks import MAX_REPLICATIONS, check_value, whole
from cakernel.cli.progress import progress_bar
from cakernel.errors import InvalidInput
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy
from cakernel.recovery.regimes import regime as named_regime
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.scenario_file import read_scenario_file
from cakernel.recovery.simulation import simulate
from cakernel.recovery.tracing import trace


@dataclass(frozen=True)
class Case:
    """What is simulated: a regime of the paper or a scenario file, and one resource scenario."""

    name: str
    model: Model
    policies: list[Policy]
    scenario: ResourceScenario
    scenario_index: int
    seed: int

    def note(self) -> str:
        """Say what the case is, for under a title."""
        return f"{self.name}, resource scenario {self.scenario_index}, seed {self.seed}"


def case_of(
    scenario: Path | None,
    *,
    regime: str,
    convention: str,
    scenario_index: int,
    seed: int | None,
    policies: Sequence[str],
) -> Case:
    """Put a case together; ``policies`` are written as `Policy` prints them, P left out or not."""
    if scenario is None:
        name = f"regime {regime}, convention {convention}"
        model, listed = named_regime(regime, convention=convention), None
        scenarios, file_seed = paper_scenarios(), 1
    else:
        described = read_scenario_file(scenario)
        name, model, listed = scenario.name, described.model, described.policies
        scenarios, file_seed = described.scenarios, described.settings.seed
    check_value("scenario_index", scenario_index, whole(0, len(scenarios) - 1))
    return Case(
        name=name,
        model=model,
        policies=[_policy(text, listed) for text in policies],
        scenario=scenarios[scenario_index],
        scenario_index=scenario_index,
        seed=file_seed if seed is None else seed,
    )


def _policy(text: str, listed: Sequence[Policy] | None) -> Policy:
    """Return the policy written so, of those that a scenario file lists or of the built-in ones."""
    words = text.split()
    if len(words) not in (2, 3):
        raise InvalidInput(f"policy: got {text!r}; must be written as 'SRD-5 CRD-5 P'")
    if listed is None:
        names = ("supply_rule", "cyber_rule", "principle")
        return Policy(**dict(zip(names, words, strict=False)))  # type: ignore[arg-type]
    wanted = " ".join(words if len(words) == 3 else [*words, "P"])
    for policy in listed:
        if str(policy) == wanted:
            return policy
    raise InvalidInput(f"policy: got {text!r}; must be one that the scenario file lists")


def traces(case: Case, replications: int) -> pl.DataFrame:
    """Trace every policy of the case in replications from 0."""
    check_value("replications", replications, whole(1, MAX_REPLICATIONS))
    parts = []
    with progress_bar("histories") as progress:
        for policy in case.policies:
            for replication in range(replications):
                parts.append(traced(case, policy, replication))
                progress(len(parts), len(case.policies) * replications)
    return pl.concat(parts)


def traced(case: Case, policy: Policy, replication: int) -> pl.DataFrame:
    """Trace one replication of one policy, with the columns that name both added."""
    history = trace(
        case.model,
        policy=policy,
        scenario=case.scenario,
        seed=case.seed,
        replication=replication,
        scenario_index=case.scenario_index,
    )
    return history.with_columns(
        supply_rule=pl.lit(policy.supply_rule.name),
        cyber_rule=pl.lit(policy.cyber_rule.name),
        principle=pl.lit(policy.principle),
        replication=pl.lit(replication, pl.Int64),
    )


def outcomes(case: Case, replications: int, threads: int | None) -> pl.DataFrame:
    """Simulate the case, one row a policy and replication."""
    with progress_bar("replications") as progress:
        return simulate(
            case.model,
            policies=case.policies,
            scenarios=[case.scenario],
            first_scenario=case.scenario_index,
            replications=replications,
            seed=case.seed,
            threads=threads,
            by="replication",
            progress=progress,
        )
