"""`robust`: one rule that has to do for many scenarios, and how sure it is that none is better."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import Field

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import (
    MAX_REPLICATIONS,
    Allowed,
    Amount,
    Plain,
    Seed,
    Share,
    Whole,
    check_process,
    check_some,
)
from cakernel.devices import Device, check_device
from cakernel.errors import Interrupted, InvalidInput
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.bounds import upper_bounds
from cakernel.recovery.optimal.chain_rules import SEARCHED, robust_candidates
from cakernel.recovery.optimal.looks import look_at
from cakernel.recovery.optimal.neighbour_search import entries, search_over_scenarios
from cakernel.recovery.optimal.phases import phases
from cakernel.recovery.optimal.robust_choice import (
    Robust,
    candidate_table,
    compared_policies,
    valued_policies,
)
from cakernel.recovery.optimal.selection import Criterion, Look, Places, Selection, select
from cakernel.recovery.optimal.winners import ON_SITE, Deployment
from cakernel.recovery.rules import BUILT_IN
from cakernel.recovery.scenario import ResourceScenario

MeanState = Annotated[float, Field(ge=0, le=2), Plain, Allowed("a number from 0 to 2")]
Against = Literal["bound", "candidates"]
# of the first look; each further one has twice as many
FIRST_LOOK = 32
# of the first choice, from which a search begins
PILOT = 16
# to the seed, for the draws of the search
OTHER_DRAWS = 1 << 63


@checked_arguments
def robust(
    model: Model,
    *,
    scenarios: Sequence[ResourceScenario],
    criterion: Criterion = "mean",
    against: Against = "bound",
    floor_x: MeanState = 0.0,
    floor_y: MeanState = 0.0,
    deployment: Deployment = "cloud",
    search: bool = False,
    indifference: Amount = 0.1,
    replications: Annotated[int, Whole(FIRST_LOOK, MAX_REPLICATIONS // 2)] = 512,
    confidence: Share = 0.95,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    progress: Progress | None = None,
) -> Robust:
    """Find one rule that has to do for all scenarios, among the paper's and simple others.

    Candidates, 519 in the cloud: the paper's 96 policies; rules of the own state; supply rules
    that also look at the chain neighbours, with cyber rules of the own state and CRD-3 to CRD-6;
    each under both principles. On site 30.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions.
    scenarios : sequence of ResourceScenario
        At least one; each counts the same.
    criterion : {"mean", "minimum", "regret"}, default "mean"
        What is made large: the mean of R over scenarios (of the value, where scenarios have
        terminal values), or its mean in the worst scenario; or small: the largest regret, by how
        much R falls short in the scenario where it falls short most.
    against : {"bound", "candidates"}, default "bound"
        Regret is short of the upper bound on any policy for the scenario, or of the candidate that
        is best there, whatever its states.
    floor_x, floor_y : float, default 0
        Least mean x and y, means over scenarios, 0 to 2.
    deployment : {"cloud", "on-site"}, default "cloud"
        On site (CRD-0) y is 1, without disruptions and costs.
    search : bool, default False
        Whether tables of the own state and the two chain neighbours are searched, too, from the
        best candidate of this kind, and the best one joins the candidates; for the mean only.
    indifference : float, default 0.1
        Stop when no candidate can be better than the choice by more.
    replications : int, default 512
        Of each scenario at most, 32 at first; those that are surely not best get no more.
    confidence : float, default 0.95
        Of all statements on candidates together, and of each interval of ``valued``.
    seed : int, default 1
        Key of the random numbers.
    threads : int, optional
        Threads to use; by default all.
    device : {"cpu", "gpu", "auto"}, optional
        Where policies are simulated; as in `cakernel.simulate`.
    progress : callable, optional
        Called with the steps done and to do.

    Returns
    -------
    Robust

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or no candidate meets the floors.
    Interrupted
        On Ctrl-C; holds the `Robust` of the last look, without values on fresh draws.

    References
    ----------
    Clark, G. M. and Yang, W. (1986), A Bonferroni selection procedure when using common random
    numbers with unknown variances, doi:10.1145/318242.318455. Nelson, B. L. and Matejcik, F. J.
    (1995), doi:10.1287/mnsc.41.12.1935.

    Examples
    --------
    >>> import cakernel
    >>> found = robust(
    ...     cakernel.Model(chains=2, firms=3, periods=30),
    ...     scenarios=cakernel.paper_scenarios()[::97],
    ...     floor_x=1.0,
    ... )
    >>> str(found.choice), bool(found.valued["mean_x"][0] > 0.95), found.delta < 1
    ('near-spare-all none P', True, True)
    """
    check_process()
    check_device(device)
    check_some(scenarios=scenarios)
    if search and criterion != "mean":
        raise InvalidInput(f"search: got True; must be False for criterion {criterion}")
    floors = (floor_x, floor_y)
    given: dict[str, Any] = {
        "scenarios": scenarios, "seed": seed, "threads": threads, "device": device
    }  # fmt: skip
    known = robust_candidates(deployment)
    looks = [FIRST_LOOK]
    while looks[-1] < replications:
        looks.append(min(2 * looks[-1], replications))
    phase = phases(progress, len(looks) + 1 + search)
    table = entries(BUILT_IN["supply"]["none"]).clear()
    settings = {
        "criterion": criterion, "against": against, "floor_x": floor_x, "floor_y": floor_y,
        "scenarios": len(scenarios), "confidence": confidence,
    }  # fmt: skip
    now: Selection | None = None

    def keep(latest: Selection) -> None:
        nonlocal now
        now = latest

    def look(places: Places, count: int) -> Look:
        chosen = [listed[place] for place in places]
        return look_at(model, chosen, criterion, count, {**given, "progress": phase()})

    def concluded(valued: pl.DataFrame) -> Robust:
        assert now is not None
        frame = candidate_table(now, known, criterion)
        number = {"replications": int(now.replications.max())}
        choice = listed[now.choice]
        return Robust(frame, choice, now.delta, valued, table, settings | number)

    try:
        if search:
            told = phase()
            pilot = {**given, "replications": PILOT, "seed": seed ^ OTHER_DRAWS}
            found = search_over_scenarios(model, [*known], floors, pilot)
            told(1, 1)
            if found is not None and found not in known:
                known[found] = SEARCHED
                table = entries(found.supply_rule)
        listed = [*known]
        best_known = None
        if criterion == "regret" and against == "bound":
            bounds = upper_bounds(
                model, scenarios=scenarios, on_site=deployment == ON_SITE, threads=threads
            )
            best_known = bounds["upper_bound"].to_numpy()
        select(
            look,
            len(listed),
            len(scenarios),
            looks,
            criterion=criterion,
            floors=floors,
            best_known=best_known,
            level=1 - confidence,
            indifference=indifference,
            keep=keep,
        )
        assert now is not None
        if not now.possible.any():
            _refuse(now, floors)
        compared = compared_policies(now, known, deployment)
        fresh = {**given, "first_replication": replications, "progress": phase()}
        count = int(now.replications.max())
        values = valued_policies(model, compared, criterion, count, best_known, confidence, fresh)
    except KeyboardInterrupt:
        if now is None or not now.possible.any():
            raise Interrupted(None, 0) from None
        raise Interrupted(concluded(pl.DataFrame()), int(now.replications.max())) from None
    return concluded(values)


def _refuse(now: Selection, floors: tuple[float, float]) -> None:
    """Raise where no candidate meets the floors."""
    highest = now.states.max(axis=0)
    raise InvalidInput(
        f"floor_x, floor_y: got {floors[0]:g}, {floors[1]:g}; no candidate meets them: mean x is "
        f"at most {highest[0]:.2f} and mean y {highest[1]:.2f}, not always under one rule"
    )
