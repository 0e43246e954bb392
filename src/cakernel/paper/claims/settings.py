"""The settings of the model that claims speak of, and variants in which they are tested again."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Replications, Seed
from cakernel.devices import Device
from cakernel.paper.claims.claim import Claim, Comparison
from cakernel.paper.printed_rules import with_printed_rules
from cakernel.paper.variants import AS_PRINTED, VARIANTS
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import REGIMES, Model, setting
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.paired import paired_outcomes, shifted
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, POLICY, SRD_1_TO_8, Policy, policies
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios

SETTINGS: Final = {
    name: (found.risk, found.firms, found.periods) for name, found in REGIMES.items()
} | {
    "low-n3": ("low", 3, 180),
    "low-n15": ("low", 15, 180),
    "high-n3": ("high", 3, 180),
    "high-n15": ("high", 15, 180),
}
"""Supply risk, firms and periods: the paper's regimes, and what Fig. 2 needs beyond them."""

EXPERIMENT_REGIMES: Final = ("low", "base", "high")
"""Regimes of the experiments on resources, one for each supply risk."""
EXPERIMENT_SUPPLY_RULES: Final = ("SRD-2", "SRD-3", "SRD-4", "SRD-5")
"""The best under one risk or another; the experiments compare cyber rules with these."""
NO_X, NO_Y, NO_BOTH, EQUAL, PLENTY = "no-r_x0", "no-r_y0", "no-r0", "equal-r", "plenty"
EXPERIMENTS: Final = (NO_X, NO_Y, NO_BOTH, EQUAL, PLENTY)
LOST: Final = "lost-by-"
"""Before an experiment's name: what policies lose by it."""
RICH: Final = 10_000.0
"""More than a firm can spend in 180 periods, 22 + 22 in each: nothing is ever unaffordable."""


def model_of(name: str, variant: str) -> Model:
    """Return the model of a setting in a variant."""
    convention, changes = VARIANTS[variant]
    risk, firms, periods = SETTINGS[name]
    model = setting(risk=risk, firms=firms, periods=periods, convention=convention)
    return model.replace(**changes)


def everywhere(*comparisons: Comparison) -> dict[str, list[Comparison]]:
    """Return the same comparisons for all of ``SETTINGS``."""
    return {place: list(comparisons) for place in SETTINGS}


def under(regime: str, experiment: str) -> str:
    """Return the name of a regime's setting under an experiment on resources."""
    return f"{regime}/{experiment}"


def needs(name: str) -> tuple[str, ...]:
    """Return the two settings that a setting of losses is the difference of; else none."""
    regime, _, experiment = name.partition("/")
    cause = experiment.removeprefix(LOST)
    return () if cause == experiment else (regime, under(regime, cause))


@checked_arguments
def settings_of(claims: Sequence[Claim]) -> list[str]:
    """Return the settings that claims speak of, after those that they are made from.

    Examples
    --------
    >>> from cakernel.paper.claims import all_claims, settings_of
    >>> names = settings_of([claim for claim in all_claims() if claim.id == "r0-supply-margin"])
    >>> names[0], names[3], names[-1]
    ('low', 'low/no-r_x0', 'high/lost-by-no-r_x0')
    """
    settings = [setting for claim in claims for setting in claim.settings]
    named = dict.fromkeys(part for setting in settings for part in (*needs(setting), setting))
    return sorted(named, key=lambda setting: (bool(needs(setting)), "/" in setting))


@checked_arguments
def simulated_settings(
    variant: str,
    *,
    names: Sequence[str],
    replications: Replications,
    seed: Seed,
    threads: Threads | None = None,
    device: Device | None = None,
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
    replications, seed, threads, device, scenarios, progress
        As of `paired_outcomes`, by default on the paper's 576 scenarios; progress is over all
        settings.

    Yields
    ------
    tuple of (str, polars.DataFrame)
        In the order of ``names``; frames as of `paired_outcomes`. Those of the variant
        "published" have SRD-4 as printed beside the other policies, for `as_printed`.

    Examples
    --------
    >>> from cakernel import paper_scenarios
    >>> made = simulated_settings(
    ...     "text", names=["t30"], replications=1, seed=1, scenarios=paper_scenarios()[:1]
    ... )
    >>> [(name, frame.height) for name, frame in made]
    [('t30', 120)]
    """
    given = paper_scenarios() if scenarios is None else scenarios
    made: dict[str, pl.DataFrame] = {}
    runs = {name: _policies(name) for name in names if not needs(name)}
    if variant == AS_PRINTED:
        runs |= {name: with_printed_rules(run) for name, run in runs.items() if "/" not in name}
    sizes = {name: len(run) * len(given) * replications for name, run in runs.items()}
    done = 0
    for name in names:
        if needs(name):
            made[name] = _minus(*(made[part] for part in needs(name)))
        else:
            regime, _, experiment = name.partition("/")
            model = model_of(regime, variant)
            made[name] = paired_outcomes(
                model.replace(initial_resources=RICH) if experiment == PLENTY else model,
                policies=runs[name],
                scenarios=[changed(scenario, experiment) for scenario in given],
                replications=replications,
                seed=seed,
                threads=threads,
                device=device,
                progress=shifted(progress, done, sum(sizes.values())),
            )
            done += sizes[name]
        yield name, made[name]


def changed(scenario: ResourceScenario, experiment: str) -> ResourceScenario:
    """Return a resource scenario as an experiment changes it; plenty makes firms rich instead."""
    operational, intangibles = "operational_acquisition", "intangibles_acquisition"
    sides = {NO_X: [operational], NO_Y: [intangibles]}.get(experiment, [operational, intangibles])
    acquired = {side: getattr(scenario, side) for side in sides}
    if experiment in (NO_X, NO_Y, NO_BOTH):
        return scenario.replace(**{side: (0.0, *r[1:]) for side, r in acquired.items()})
    if experiment == EQUAL:
        return scenario.replace(**{side: (r[1],) * 3 for side, r in acquired.items()})
    return scenario


def _policies(name: str) -> list[Policy]:
    """Return the policies of a setting; those of an experiment are the ones claims compare.

    Elsewhere they are the paper's 104 and the baselines that never recover x, y or either.
    """
    if "/" in name:
        others = ["CRD-1", "CRD-2", "CRD-3", "CRD-4", "CRD-6"]
        return [
            *policies(cyber_rules=["CRD-5"]),
            *policies(supply_rules=EXPERIMENT_SUPPLY_RULES, cyber_rules=others),
            *policies(supply_rules=["none"], cyber_rules=["none"], principles=["P"]),
        ]
    return [
        *policies(),
        *policies(supply_rules=[*SRD_1_TO_8, "none"], cyber_rules=["none"], principles=["P"]),
        *policies(supply_rules=["none"], cyber_rules=CRD_1_TO_6_AND_0, principles=["P"]),
    ]


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
