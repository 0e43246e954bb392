"""What a firm-period of a network costs beside one of the grid, in turns, processor time.

    python benchmarks/networks.py [--firms 1000] [--policies 26]

Prints, for a grid written as a network and for random networks of different firms, the time of a
step and of a draw, and the ratio of a whole run to the grid engine's with as many policies.
"""

import argparse
import time

import numpy as np

import cakernel as ck
from cakernel.jit.threads import kernel_threads
from cakernel.recovery import engine as grid_engine
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from cakernel.recovery.network.columns import AMOUNTS
from cakernel.recovery.network.simulation import Horizon, network_experiment

SCENARIOS = ck.paper_scenarios()[::29]
REPLICATIONS = 512
TURNS = 3


def different_firms(firms, seed=1):
    """Return a random network of mean degree 4; firms have risks and amounts of their own."""
    draws = np.random.default_rng(seed)
    ids = np.array([f"firm {n}" for n in range(firms)])

    def pairs(count):
        both = draws.integers(firms, size=(count, 2))
        both = np.unique(both[both[:, 0] != both[:, 1]], axis=0)
        return draws.permutation(both)

    links, peers = pairs(firms * 3 // 2), pairs(firms // 2)
    peers = np.unique(np.sort(peers, axis=1), axis=0)
    clouds = max(1, firms // 5)
    gains = np.sort(draws.integers(1, 25, (firms, 2, 3)), axis=2).reshape(firms, 6) / 16
    costs = draws.integers(1, 12, (firms, 6)).astype(float)
    costs[:, [2, 5]] = costs[:, [0, 3]] + costs[:, [1, 4]]
    return ck.Network(
        firms={
            "id": ids,
            "provider": [f"cloud {n}" for n in draws.integers(clouds, size=firms)],
            "supply_severe": draws.random(firms) / 10,
            "supply_mild": draws.random(firms) / 5,
            "resources": draws.integers(0, 80, firms) / 16,
            **dict(zip(AMOUNTS, np.column_stack([gains, costs]).T, strict=True)),
        },
        links={
            "supplier": ids[links[:, 0]],
            "customer": ids[links[:, 1]],
            "input": [f"input {n}" for n in draws.integers(3, size=len(links))],
        },
        peers={"firm": ids[peers[:, 0]], "peer": ids[peers[:, 1]]},
        providers={"id": [f"cloud {n}" for n in range(clouds)]},
    )


def of_grid(model, policies, scenarios, replications):
    """Return a run of the grid engine, and its firm-periods of one policy."""
    experiment = grid_engine.Experiment(
        grid=grid_of(model),
        seed=1,
        policies=policies_of(policies),
        batch=batch_of(model, scenarios, 0),
        first_replication=0,
        replications=replications,
        threads=1,
    )
    plan = grid_engine.plan_of(experiment)

    def run():
        sums = experiment.sums(experiment.batch.position, each=False)
        grid_engine.run_on_lanes(experiment, plan, sums, slice(0, replications))

    return run, model.chains * model.firms * model.periods * len(scenarios) * replications


def of_network(net, policies, scenarios, periods):
    """Return a run of a network, its firm-periods of one policy, and its memory a firm."""
    experiment = network_experiment(
        net, policies, scenarios, Horizon(periods), replications=REPLICATIONS, seed=1, threads=1,
        first_replication=0, first_scenario=0, by_firm=False,
    )  # fmt: skip
    run = experiment.run

    def all_of_it():
        sums = run.sums(each=False)
        for _ in run.rounds(sums, None):
            pass

    plan = run.plan
    print(
        f"  {len(run.made.shapes.planes)} shapes; {plan.ends[-1] / run.firms:,.0f} bytes a firm "
        f"and policy in flight ({plan.policies} of them), "
        f"{plan.memories.shocks.size / plan.window / plan.blocks / run.firms:,.0f} a period of a "
        f"window of {plan.window}"
    )
    return all_of_it, run.firms * periods * len(scenarios) * REPLICATIONS


def timed(run):
    begin = time.process_time()
    run()
    return time.process_time() - begin


def compare(name, made, beside):
    """Print the ratio of two runs of as many policies, in turns: the median."""
    (run, firm_periods), (grid_run, grid_firm_periods) = made, beside
    run()
    grid_run()
    ratios, times = [], []
    for _ in range(TURNS):
        grid_time = timed(grid_run) / grid_firm_periods
        times.append(timed(run) / firm_periods)
        ratios.append(times[-1] / grid_time)
    return float(np.median(ratios)), float(np.median(times))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--firms", type=int, nargs="*", default=[25, 200, 1000])
    parser.add_argument("--policies", type=int, default=26)
    asked = parser.parse_args()
    policies = ck.policies()[:: max(1, 104 // asked.policies)][: asked.policies]
    model = ck.Model()
    with kernel_threads(1):
        beside = of_grid(model, policies, SCENARIOS, REPLICATIONS)
        cases = {"the grid as a network": (ck.Network.of_grid(model), SCENARIOS, model.periods)}
        for firms in asked.firms:
            periods = model.periods if firms <= 10_000 else 12
            cases[f"{firms:,} different firms"] = (
                different_firms(firms), SCENARIOS[:1], periods,
            )  # fmt: skip
        for name, (net, scenarios, periods) in cases.items():
            print(name)
            grid = beside
            if periods != model.periods:
                grid = of_grid(model.replace(periods=periods), policies, SCENARIOS, REPLICATIONS)
            ratio, took = compare(name, of_network(net, policies, scenarios, periods), grid)
            each = took / len(policies) * 1e9
            print(f"  {each:.3f} ns a firm-period, {ratio:.2f} times the grid engine's", flush=True)


if __name__ == "__main__":
    main()
