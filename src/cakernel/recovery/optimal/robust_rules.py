"""`robust`: one rule that has to do for many scenarios, and how sure it is that none is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
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
from cakernel.ranking.student import quantile
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.bounds import upper_bounds
from cakernel.recovery.optimal.chain_rules import PAPER, SEARCHED, robust_candidates
from cakernel.recovery.optimal.in_words import policy_in_words, robust_in_words
from cakernel.recovery.optimal.neighbour_search import climb, entries
from cakernel.recovery.optimal.optimum import phases
from cakernel.recovery.optimal.selection import (
    Criterion,
    Look,
    Numbers,
    Places,
    Selection,
    select,
)
from cakernel.recovery.optimal.winners import CLOUD, ON_SITE, Deployment
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.paired import paired_outcomes
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.rules import BUILT_IN
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.simulation import simulate

MeanState = Annotated[float, Plain, Field(ge=0, le=2), Allowed("a number from 0 to 2")]
Against = Literal["bound", "candidates"]
# of the first look; each further one has twice as many
FIRST_LOOK = 32
# of the first choice, from which a search begins
PILOT = 16
# to the seed, for the draws of the search
OTHER_DRAWS = 1 << 63
# worse than anything: what a search must not take
BELOW_FLOOR = -1e18
CHOICE, BEST_OF_PAPER, NEVER = "the choice", "the best of the paper's", "never rebuilding"


@dataclass(frozen=True)
class Robust:
    """What `robust` found.

    Attributes
    ----------
    candidates : polars.DataFrame
        One row a candidate, the best first: kind ("paper", "own-state", "chain neighbours",
        "searched"), supply_rule, cyber_rule, principle, replications (of its last look), mean_x,
        mean_y, criterion (mean, minimum or regret), floors ("met", "missed" or "unclear"), lower
        and upper (by how much the criterion is better than that of the best other candidate that
        meets the floors; regret is better where it is less; null if it surely misses a floor),
        within_delta (whether it may be the best) and twin (the candidate whose outcomes it
        shared in all replications, with which it counts as one; else null).
    choice : Policy
        The best candidate that surely meets the floors, if any does.
    delta : float
        With the confidence stated no candidate that meets the floors is better than the choice
        by more.
    valued : polars.DataFrame
        On fresh draws, a row each for the choice, the best of the paper's policies that meet the
        floors (if any do) and never rebuilding: policies, its names, words, replications, mean_x,
        mean_y, mean_earned (R, or the value where scenarios have terminal values), criterion, lower
        and upper (its interval; null for regret against candidates, which takes all of them).
    entries : polars.DataFrame
        The table of a supply rule that a search found, one row an entry.
    settings : dict
        criterion, against, floor_x, floor_y, scenarios, confidence, replications.

    Examples
    --------
    >>> import cakernel
    >>> model = cakernel.Model(chains=2, firms=3, periods=30)
    >>> found = robust(model, scenarios=cakernel.paper_scenarios()[:2], replications=32)
    >>> found.candidates.columns[:4]
    ['kind', 'supply_rule', 'cyber_rule', 'principle']
    """

    candidates: pl.DataFrame
    choice: Policy
    delta: float
    valued: pl.DataFrame
    entries: pl.DataFrame
    settings: dict[str, Any]

    @property
    def words(self) -> str:
        """What firms do under the choice."""
        return policy_in_words(self.choice)

    @property
    def findings(self) -> list[str]:
        """How good the choice is, and how sure that is, a sentence each."""
        return robust_in_words(
            self.settings, delta=self.delta, valued=self.valued, candidates=self.candidates.height
        )


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
        return _look(model, chosen, criterion, count, {**given, "progress": phase()})

    def concluded(valued: pl.DataFrame) -> Robust:
        assert now is not None
        frame = _frame(now, known, criterion)
        number = {"replications": int(now.replications.max())}
        choice = listed[now.choice]
        return Robust(frame, choice, now.delta, valued, table, settings | number)

    try:
        if search:
            begun = phase()
            pilot = {**given, "replications": PILOT, "seed": seed ^ OTHER_DRAWS}
            found = _searched(model, [*known], floors, pilot)
            if begun is not None:
                begun(1, 1)
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
        compared = _compared(now, known, deployment)
        fresh = {**given, "first_replication": replications, "progress": phase()}
        count = int(now.replications.max())
        values = _valued(model, compared, criterion, count, best_known, confidence, fresh)
    except KeyboardInterrupt:
        if now is None or not now.possible.any():
            raise Interrupted(None, 0) from None
        raise Interrupted(concluded(pl.DataFrame()), int(now.replications.max())) from None
    return concluded(values)


def _look(
    model: Model,
    policies: Sequence[Policy],
    criterion: Criterion,
    count: int,
    given: dict[str, Any],
) -> Look:
    """Simulate policies in all scenarios, in the first ``count`` replications."""
    none = np.empty((0, 0))
    if criterion == "mean":
        outcomes = paired_outcomes(model, policies=policies, replications=count, **given)
        states = np.stack([_each(outcomes, name, count) for name in OUTCOMES[:2]], axis=-1)
        errors = states.std(axis=1, ddof=1) / np.sqrt(count)
        return Look(count, states.mean(axis=1), errors, _each(outcomes, "", count), none, none)
    rows = simulate(model, policies=policies, replications=count, by="scenario", **given)
    scenarios = len(given["scenarios"])

    def by_scenario(column: str) -> Numbers:
        return rows[column].to_numpy().reshape(len(policies), scenarios)

    states = np.stack([by_scenario(name).mean(axis=1) for name in OUTCOMES[:2]], axis=-1)
    # scenarios meet independent disruptions
    errors = np.stack([np.sqrt((by_scenario(name) ** 2).sum(axis=1)) for name in ("se_x", "se_y")])
    leading = "value" if "mean_value" in rows.columns else "resources"
    earned, error = by_scenario(f"mean_{leading}"), by_scenario(f"se_{leading}")
    return Look(count, states, errors.T / scenarios, none, earned, error)


def _each(outcomes: pl.DataFrame, name: str, count: int) -> Numbers:
    """Return an outcome of each policy and replication; without a name the one that is compared."""
    leading = "mean_value" if "mean_value" in outcomes.columns else "mean_resources"
    return outcomes[name or leading].to_numpy().reshape(-1, count)


def _searched(
    model: Model, listed: list[Policy], floors: tuple[float, float], pilot: dict[str, Any]
) -> Policy | None:
    """Search from the best that looks at no chain across, on draws of its own."""

    def outcomes(options: list[Policy]) -> Numbers:
        rows = paired_outcomes(model, policies=options, **pilot)
        count = pilot["replications"]
        earned = _each(rows, "", count).copy()
        for name, floor in zip(OUTCOMES[:2], floors, strict=True):
            earned[_each(rows, name, count).mean(axis=1) < floor] = BELOW_FLOOR
        return earned

    along = [p for p in listed if (p.supply_rule.targets == _along(p)).all()]
    means = outcomes(along).mean(axis=1)
    place = int(means.argmax())
    return None if means[place] == BELOW_FLOOR else climb(outcomes, along[place])


def _along(policy: Policy) -> npt.NDArray[np.uint8]:
    """Return the targets of a supply rule as if there were one chain alone."""
    return policy.supply_rule.targets[:, :, :, -1:, -1:]


def _compared(now: Selection, known: dict[Policy, str], deployment: str) -> dict[str, Policy]:
    """Return the policies whose values on fresh draws are told."""
    listed = [*known]
    found = {CHOICE: listed[now.choice]}
    eligible = now.sure & np.array([kind == PAPER for kind in known.values()])
    if eligible.any():
        found[BEST_OF_PAPER] = listed[int(np.where(eligible, now.score, -np.inf).argmax())]
    cyber = "none" if deployment == CLOUD else "CRD-0"
    found[NEVER] = Policy.model_validate({"supply_rule": "none", "cyber_rule": cyber})
    return found


def _valued(
    model: Model,
    compared: dict[str, Policy],
    criterion: Criterion,
    count: int,
    best_known: Numbers | None,
    confidence: float,
    given: dict[str, Any],
) -> pl.DataFrame:
    """Value policies on fresh draws; regret against candidates is not told, as it takes all."""
    listed = list(compared.values())
    seen = _look(model, listed, "minimum", count, given)
    scenarios = seen.earned.shape[1]
    if criterion == "mean":
        middle = seen.earned.mean(axis=1)
        error = np.sqrt((seen.errors**2).sum(axis=1)) / scenarios
        error *= float(quantile(0.5 + confidence / 2, count - 1))
        low, high = middle - error, middle + error
    else:
        factor = float(quantile(1 - (1 - confidence) / (2 * scenarios), count - 1))
        error = factor * seen.errors
        tables = (seen.earned, seen.earned - error, seen.earned + error)
        if criterion == "minimum":
            middle, low, high = (table.min(axis=1) for table in tables)
        elif best_known is not None:
            middle, high, low = ((best_known - table).max(axis=1) for table in tables)
        else:
            middle = low = high = np.full(len(listed), np.nan)
    return pl.DataFrame(
        {
            "policies": [*compared],
            **_names(listed),
            "words": list(map(policy_in_words, listed)),
            "replications": count,
            "mean_x": seen.states[:, 0],
            "mean_y": seen.states[:, 1],
            "mean_earned": seen.earned.mean(axis=1),
            "criterion": middle,
            "lower": low,
            "upper": high,
        }
    ).with_columns(pl.col("criterion", "lower", "upper").fill_nan(None))


def _frame(now: Selection, known: dict[Policy, str], criterion: Criterion) -> pl.DataFrame:
    """Return one row a candidate, the best first."""
    listed = [*known]
    texts = list(map(str, listed))
    floors = np.where(now.sure, "met", np.where(now.possible, "unclear", "missed"))
    sign = -1 if criterion == "regret" else 1
    return (
        pl.DataFrame(
            {
                "kind": list(known.values()),
                **_names(listed),
                "replications": now.replications,
                "mean_x": now.states[:, 0],
                "mean_y": now.states[:, 1],
                "criterion": sign * now.score,
                "floors": floors,
                "lower": now.below,
                "upper": now.above,
                "within_delta": now.open,
                "twin": [
                    texts[other] if other != place else None
                    for place, other in enumerate(now.twin.tolist())
                ],
                "_score": now.score,
                "_chosen": np.arange(len(listed)) == now.choice,
            },
            schema_overrides={"twin": pl.String},
        )
        .with_columns(
            pl.when(pl.col("floors") != "missed", pl.col(name).is_finite()).then(name).alias(name)
            for name in ("lower", "upper")
        )
        .sort(
            "_chosen", pl.col("floors") != "missed", "_score", descending=True, maintain_order=True
        )
        .drop("_score", "_chosen")
    )


def _names(listed: Sequence[Policy]) -> dict[str, list[str]]:
    """Return the columns that name policies."""
    named = list(map(names_of, listed))
    return {column: [names[column] for names in named] for column in POLICY}


def _refuse(now: Selection, floors: tuple[float, float]) -> None:
    """Raise where no candidate meets the floors."""
    highest = now.states.max(axis=0)
    raise InvalidInput(
        f"floor_x, floor_y: got {floors[0]:g}, {floors[1]:g}; no candidate meets them: mean x is "
        f"at most {highest[0]:.2f} and mean y {highest[1]:.2f}, not always under one rule"
    )
