"""The rules "as printed": three rows of Tables 3 to 6 follow other rules than Table 1 states.

What `deviations` names, as rules. They belong to the reproduction alone; the model's own SRD-4,
CRD-3, CRD-4 and CRD-6 are those of Table 1.
"""

from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Replications, Seed
from cakernel.devices import Device
from cakernel.errors import Interrupted, InvalidInput
from cakernel.paper.deviations import CRD_3_4_AS_CRD_1, CRD_6_C_AS_P, DEVIATIONS, SRD_4_ENDS
from cakernel.recovery.engine import Progress
from cakernel.recovery.kernel.states import ABSENT, HIGH, MEDIUM, Neighbours
from cakernel.recovery.model import Model
from cakernel.recovery.policy import POLICY, Policy
from cakernel.recovery.rule_definitions import benchmarking, tabulate
from cakernel.recovery.rules import Rule
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.simulation import simulate


def rigorous_benchmarking_as_printed(own: int, near: Neighbours) -> int:
    """SRD-4 with the slip at ends of chains: both cross-chain participants alone do not count."""
    target = benchmarking(2)(own, near)
    along = sorted((near.upstream, near.downstream))
    is_end = along[1] == ABSENT != along[0]
    return MEDIUM if is_end and along[0] != HIGH and own != HIGH else target


SRD_4_AS_PRINTED: Final = Rule("SRD-4 as printed", tabulate(rigorous_benchmarking_as_printed))


def check_deviations(without: Collection[str], *, convention: str = "published") -> tuple[str, ...]:
    """Return the deviations that are on: all but ``without``; none outside "published".

    Raises
    ------
    InvalidInput
        If a name is unknown, or any is given for the text's convention, which has none.

    Examples
    --------
    >>> check_deviations(["srd-4-ends"])
    ('crd-3-4-as-crd-1', 'crd-6-c-as-p')
    """
    for name in without:
        if name not in DEVIATIONS:
            raise InvalidInput(f"without: got {name!r}; must be one of {', '.join(DEVIATIONS)}")
        if convention != "published":
            raise InvalidInput(
                f"without: got {name!r}; the convention '{convention}' follows Table 1 and has no "
                "deviations to switch off"
            )
    is_on = convention == "published"
    return tuple(name for name in DEVIATIONS if is_on and name not in without)


def note_of(deviations: Collection[str]) -> str:
    """Say in a line which deviations are on."""
    rows = [f"{DEVIATIONS[name].rows} ({name})" for name in deviations]
    return f"as printed: {', '.join(rows)}" if rows else "as printed: none, all rules of Table 1"


def with_printed_rules(policies: Sequence[Policy]) -> list[Policy]:
    """Return policies and, for each of SRD-4, the same with SRD-4 as printed, to be simulated.

    Examples
    --------
    >>> from cakernel import policies
    >>> len(with_printed_rules(policies()))
    117
    """
    printed = (
        policy.replace(supply_rule=SRD_4_AS_PRINTED) for policy in policies if _srd_4(policy)
    )
    return [*policies, *printed]


def _srd_4(policy: Policy) -> bool:
    return policy.supply_rule.label == "SRD-4"


def as_printed(simulated: pl.DataFrame, *, deviations: Collection[str]) -> pl.DataFrame:
    """Return results as the paper prints them: under each label what its printed row follows.

    Parameters
    ----------
    simulated : polars.DataFrame
        Results of `with_printed_rules`, one or more rows a policy, of one model.
    deviations : collection of str
        Names of ``DEVIATIONS``: those that are on.

    Returns
    -------
    polars.DataFrame
        The policies given to `with_printed_rules`, in their order and under their names.
    """
    on = {name: pl.lit(name in deviations) for name in DEVIATIONS}
    supply, cyber, principle = map(pl.col, POLICY)
    source = dict(
        zip(
            (f"source_{name}" for name in POLICY),
            (
                pl.when(on[SRD_4_ENDS] & (supply == "SRD-4"))
                .then(pl.lit(SRD_4_AS_PRINTED.name))
                .otherwise(supply),
                pl.when(on[CRD_3_4_AS_CRD_1] & cyber.is_in(["CRD-3", "CRD-4"]))
                .then(pl.lit("CRD-1"))
                .otherwise(cyber),
                pl.when(on[CRD_6_C_AS_P] & (cyber == "CRD-6"))
                .then(pl.lit("P"))
                .otherwise(principle),
            ),
            strict=True,
        )
    )
    return (
        simulated.select(POLICY)
        .unique(maintain_order=True)
        .filter(supply != SRD_4_AS_PRINTED.name)
        .with_columns(**source)
        .join(
            simulated,
            left_on=list(source),
            right_on=list(POLICY),
            how="left",
            maintain_order="left_right",
        )
        .select(simulated.columns)
    )


@checked_arguments
def simulate_as_printed(
    model: Model,
    *,
    policies: Sequence[Policy],
    scenarios: Sequence[ResourceScenario],
    replications: Replications = 200,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    without: Sequence[str] = (),
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate policies as the paper prints them.

    Parameters
    ----------
    model, policies, scenarios, replications, seed, threads, device, progress
        As of `cakernel.simulate`. CRD-3 and CRD-4 need CRD-1 among the policies, CRD-6 under C
        needs the same under P.
    without : sequence of str
        Deviations to switch off, by their names in ``DEVIATIONS``.

    Returns
    -------
    polars.DataFrame
        As of `cakernel.simulate`.

    Raises
    ------
    InvalidInput, Interrupted
        As of `cakernel.simulate`; also if a name in ``without`` is unknown.

    Examples
    --------
    >>> import cakernel as ck
    >>> options = {"scenarios": ck.paper_scenarios()[:1], "replications": 20}
    >>> both = ck.policies(supply_rules=["SRD-4"], cyber_rules=["CRD-6"])
    >>> table = simulate_as_printed(ck.regime("t30"), policies=both, **options)
    >>> table["principle"].to_list(), table["mean_x"].n_unique()
    (['P', 'C'], 1)
    """
    deviations = check_deviations(without)
    try:
        rows = simulate(
            model,
            policies=with_printed_rules(policies),
            scenarios=scenarios,
            replications=replications,
            seed=seed,
            threads=threads,
            device=device,
            progress=progress,
        )
    except Interrupted as stopped:
        kept = as_printed(stopped.kept(), deviations=deviations)
        raise Interrupted(kept, stopped.replications) from None
    return as_printed(rows, deviations=deviations)
