"""`upper_bounds`: what no recovery policy can exceed, scenario by scenario."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any, Final, NamedTuple

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import check_process, check_some
from cakernel.errors import Interrupted
from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.engine import Progress
from cakernel.recovery.kernel.states import INTANGIBLES, ON_SITE_STATE, OPERATIONAL
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.relaxed import at_first, values_before
from cakernel.recovery.optimal.segment import Segment, Window, segments_of
from cakernel.recovery.optimal.side import Side, sides_of
from cakernel.recovery.optimal.within_budgets import least_within_budgets
from cakernel.recovery.scenario import ResourceScenario

# firms of the windows in which a longer chain is solved, and from one window to the next; where
# only firms that are hit may upgrade, more states are looked at, so windows are shorter
WINDOW, STEP = 11, 7
WINDOW_WHEN_HIT, STEP_WHEN_HIT = 7, 4
# what a bound comes from, by the firms of the windows that keep their budgets
WITHIN_BUDGETS = {1: "budgets of single firms", 2: "budgets of pairs", 3: "budgets of triples"}


class Bound(NamedTuple):
    """A bound on what a side earns a firm, less what it pays, and what it comes from."""

    value: float
    origin: str


@checked_arguments
def upper_bounds(
    model: Model,
    *,
    scenarios: Sequence[ResourceScenario],
    objective: Objective | None = None,
    on_site: bool = False,
    budgets: bool = True,
    threads: Threads | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Bound what any recovery policy can reach, scenario by scenario.

    A policy may see all states and resources of the present and past, may be randomised and may
    decide for all firms at once. docs/optimal.md has the theorems and their proofs.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions; chains of any length.
    scenarios : sequence of ResourceScenario
        At least one.
    objective : Objective, optional
        Weights on mean states; by default R alone (and what final states are worth, if anything).
    on_site : bool, default False
        Whether firms have no cloud (CRD-0): then y is 1 throughout, and nothing is decided on it.
    budgets : bool, default True
        Whether bounds are computed, too, in which single firms, pairs and triples of firms keep
        their budgets; the least of all is taken.
    threads : int, optional
        Threads to use; by default all.
    progress : callable, optional
        Called with the problems solved and to solve.

    Returns
    -------
    polars.DataFrame
        One row a scenario: scenario (its place), upper_bound (of the objective, mean over firms, in
        the scenario's units), and its parts: initial_resources, operational and intangibles (what
        each side earns less what it pays, bonuses and last values included), with
        operational_origin and intangibles_origin: "chain" (budgets dropped), "windows" (budgets
        dropped, a long chain in windows), "budgets of single firms", "budgets of pairs", "budgets
        of triples", or "on site".

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or an amount cannot be counted.
    Interrupted
        On Ctrl-C; holds the rows of the scenarios that were finished.

    References
    ----------
    Adelman, D. and Mersereau, A. J. (2008), "Relaxations of weakly coupled stochastic dynamic
    programs", Operations Research 56(3), 712-727, doi:10.1287/opre.1070.0445.

    Examples
    --------
    >>> import cakernel
    >>> table = upper_bounds(cakernel.regime("base"), scenarios=cakernel.paper_scenarios()[:2])
    >>> table["upper_bound"].round(2).to_list()
    [211.29, 211.29]
    """
    check_process()
    check_some(scenarios=scenarios)
    wanted = objective or Objective()
    operational = sides_of(OPERATIONAL, model, scenarios, wanted, on_site)
    intangibles = sides_of(INTANGIBLES, model, scenarios, wanted, on_site)
    whole = _segments(model)
    alone = [Window(Segment((1.0,)), (0,))]
    bounds: dict[tuple[Side, bool], Bound] = {}
    tasks = [(side, False) for side in dict.fromkeys(operational)]
    tasks += [] if on_site else [(side, True) for side in dict.fromkeys(intangibles)]

    def table() -> pl.DataFrame:
        rows = []
        for n, (x, y) in enumerate(zip(operational, intangibles, strict=True)):
            of_x = bounds.get((x, False))
            of_y = _on_site(y) if on_site else bounds.get((y, True))
            if of_x and of_y:
                parts = (model.initial_resources, of_x.value, of_y.value)
                rows.append((n, sum(parts), *parts, of_x.origin, of_y.origin))
        return pl.DataFrame(rows, SCHEMA, orient="row")

    pool = ThreadPoolExecutor(threads or MOST_THREADS)
    try:
        running = {
            pool.submit(_bound, side, alone if is_alone else whole, budgets): (side, is_alone)
            for side, is_alone in tasks
        }
        while running:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                bounds[running.pop(done)] = done.result()
                if progress is not None:
                    progress(len(bounds), len(tasks))
    except KeyboardInterrupt:
        raise Interrupted(table(), len(bounds)) from None
    finally:
        pool.shutdown(cancel_futures=True)
    return table()


SCHEMA: Final[dict[str, Any]] = {
    "scenario": pl.Int64,
    "upper_bound": pl.Float64,
    "initial_resources": pl.Float64,
    "operational": pl.Float64,
    "intangibles": pl.Float64,
    "operational_origin": pl.String,
    "intangibles_origin": pl.String,
}


def _segments(model: Model) -> list[Window]:
    ring = model.boundary_ends == "periodic"
    if model.recovery == "when-hit":
        window, step = WINDOW_WHEN_HIT, STEP_WHEN_HIT
    else:
        window, step = WINDOW, STEP
    return segments_of(model.firms, ring=ring, window=window, step=step)


def _bound(side: Side, parts: list[Window], budgets: bool) -> Bound:
    """Return the least bound on what a side earns: the mean over the firms of a chain."""
    total, firms, within = 0.0, 0.0, 0
    known: dict[Segment, tuple[float, int]] = {}
    for part in parts:
        segment = part.segment
        if segment not in known:
            relaxed = at_first(side, segment, values_before(side, segment, side.periods))
            known[segment] = (
                least_within_budgets(side, segment, relaxed) if budgets else (relaxed, 0)
            )
        value, size = known[segment]
        total += part.times * value
        firms += part.times * sum(segment.weights)
        within = max(within, size)
    dropped = "chain" if len(parts) == 1 and parts[0].times == 1 else "windows"
    return Bound(total / firms, WITHIN_BUDGETS.get(within, dropped))


def _on_site(side: Side) -> Bound:
    """Return what a firm without a cloud earns by its intangibles, which is certain."""
    each = side.income[ON_SITE_STATE] + side.bonus[ON_SITE_STATE]
    return Bound(side.periods * each + side.terminal[ON_SITE_STATE], "on site")
