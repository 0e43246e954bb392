"""Settings that claims speak of, and variants of the model in which they are tested again."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import polars as pl

from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.paired import OUTCOMES, POLICY, paired_outcomes, shifted
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, SRD_1_TO_8, Policy, policies
from cakernel.recovery.regimes import REGIMES, setting
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios

# supply risk, firms and periods: the paper's regimes, and what Fig. 2 needs beyond them
SETTINGS: Final = {
    name: (found.risk, found.firms, found.periods) for name, found in REGIMES.items()
} | {
    "low-n3": ("low", 3, 180),
    "low-n15": ("low", 15, 180),
    "high-n3": ("high", 3, 180),
    "high-n15": ("high", 15, 180),
}

# what a variant changes of the model of a setting, by convention and by field
VARIANTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "published": ("published", {}),
    "text": ("text", {}),
    "chains-1": ("published", {"chains": 1}),
    "chains-3": ("published", {"chains": 3}),
    "chains-10": ("published", {"chains": 10}),
    "torus": ("published", {"boundary_ends": "periodic", "boundary_across": "periodic"}),
}

# regimes of the experiments on resources, one for each supply risk
EXPERIMENT_REGIMES: Final = ("low", "base", "high")
# the best supply rules under one risk or another; the experiments compare cyber rules with these
EXPERIMENT_SUPPLY_RULES: Final = ("SRD-2", "SRD-3", "SRD-4", "SRD-5")
# more than a firm can spend in their 180 periods, 22 + 22 in each: nothing is ever unaffordable
RICH: Final = 10_000.0
# experiments, and what policies lose by them; the name of a setting ends in "/" and one of these
NO_X, NO_Y, NO_BOTH, EQUAL, PLENTY = "no-r_x0", "no-r_y0", "no-r0", "equal-r", "plenty"
EXPERIMENTS: Final = (NO_X, NO_Y, NO_BOTH, EQUAL, PLENTY)
LOST: Final = "lost-by-"


def model_of(name: str, variant: str) -> Model:
    """Return the model of a setting in a variant."""
    convention, changes = VARIANTS[variant]
    risk, firms, periods = SETTINGS[name]
    model = setting(risk=risk, firms=firms, periods=periods, convention=convention)
    return model.replace(**changes)


def tested_policies() -> list[Policy]:
    """Return the paper's 104 policies and the baselines that never recover x, y or either."""
    return [
        *policies(),
        *policies(supply_rules=[*SRD_1_TO_8, "none"], cyber_rules=["none"], principles=["P"]),
        *policies(supply_rules=["none"], cyber_rules=CRD_1_TO_6_AND_0, principles=["P"]),
    ]


def experiment_policies() -> list[Policy]:
    """Return the policies of the experiments: those that claims on them compare."""
    return [
        *policies(cyber_rules=["CRD-5"]),
        *policies(
            supply_rules=EXPERIMENT_SUPPLY_RULES,
            cyber_rules=["CRD-1", "CRD-2", "CRD-3", "CRD-4", "CRD-6"],
        ),
        *policies(supply_rules=["none"], cyber_rules=["none"], principles=["P"]),
    ]


def under(regime: str, experiment: str) -> str:
    """Return the name of a regime's setting under an experiment on resources."""
    return f"{regime}/{experiment}"


def needs(name: str) -> tuple[str, ...]:
    """Return the two settings that a setting of losses is the difference of; else none."""
    regime, _, experiment = name.partition("/")
    cause = experiment.removeprefix(LOST)
    return () if cause == experiment else (regime, under(regime, cause))


def _changes() -> dict[str, Callable[[ResourceScenario], ResourceScenario]]:
    """Return what each experiment, and none, does to a resource scenario."""
    operational, intangibles = "operational_acquisition", "intangibles_acquisition"
    return {
        "": lambda scenario: scenario,
        NO_X: lambda scenario: _without_low(scenario, operational),
        NO_Y: lambda scenario: _without_low(scenario, intangibles),
        NO_BOTH: lambda scenario: _without_low(scenario, operational, intangibles),
        EQUAL: _equal,
        # firms are rich instead
        PLENTY: lambda scenario: scenario,
    }


def simulated_settings(
    variant: str,
    *,
    names: Sequence[str],
    replications: int,
    seed: int,
    threads: int | None = None,
    scenarios: Sequence[ResourceScenario] | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Simulate settings of a variant; yield each one's name and paired outcomes.

    All meet the same disruptions as far as their grids reach.

    Parameters
    ----------
    variant : str
        A key of ``VARIANTS``.
    names : sequence of str
        Keys of ``SETTINGS``, or a regime and an experiment, as of `under`; with `LOST` before the
        experiment, what policies lose by it: outcomes as they are minus those under it. What a
        setting `needs` comes before it.
    replications, seed, threads
        As of `paired_outcomes`.
    scenarios : sequence of ResourceScenario, optional
        By default the paper's 576.
    progress : callable, optional
        Called with the replications done and to do, over all settings.
    """
    given = paper_scenarios() if scenarios is None else scenarios
    changes = _changes()
    made: dict[str, pl.DataFrame] = {}
    runs = {name: _policies(name) for name in names if not needs(name)}
    sizes = {name: len(run) * len(given) * replications for name, run in runs.items()}
    done = 0
    for name in names:
        if needs(name):
            whole, without = (made[part] for part in needs(name))
            made[name] = _minus(whole, without)
        else:
            regime, _, experiment = name.partition("/")
            model = model_of(regime, variant)
            made[name] = paired_outcomes(
                model.replace(initial_resources=RICH) if experiment == PLENTY else model,
                policies=runs[name],
                scenarios=[changes[experiment](scenario) for scenario in given],
                replications=replications,
                seed=seed,
                threads=threads,
                progress=shifted(progress, done, sum(sizes.values())),
            )
            done += sizes[name]
        yield name, made[name]


def _policies(name: str) -> list[Policy]:
    return experiment_policies() if "/" in name else tested_policies()


def _minus(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Subtract outcomes from those of the same policies and replications."""
    joined = other.join(
        frame, on=(*POLICY, "replication"), how="left", suffix="_whole", maintain_order="left"
    )
    return joined.select(
        *POLICY,
        "replication",
        *((pl.col(f"{name}_whole") - pl.col(name)).alias(name) for name in OUTCOMES),
    )


def _without_low(scenario: ResourceScenario, *sides: str) -> ResourceScenario:
    """Return the scenario with nothing acquired in the low state of some sides."""
    return scenario.replace(**{side: (0.0, *getattr(scenario, side)[1:]) for side in sides})


def _equal(scenario: ResourceScenario) -> ResourceScenario:
    """Return the scenario with the medium state's acquisition in every state."""
    sides = ("operational_acquisition", "intangibles_acquisition")
    return scenario.replace(**{side: (getattr(scenario, side)[1],) * 3 for side in sides})
