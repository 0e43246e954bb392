"""Many calls at once, from threads and from processes, give what single calls give."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

import cakernel as ck

CALLS, SEEDS = 400, 7
MODEL = ck.Model(chains=2, firms=3, periods=10)
CHOSEN = {"policies": ck.policies()[:3], "scenarios": ck.paper_scenarios()[:2], "replications": 5}


def seed_and_threads(number):
    return {"seed": number % SEEDS, "threads": 1 + number % 2}


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_many_small_calls(kind):
    wanted = [ck.simulate(MODEL, **CHOSEN, seed=seed) for seed in range(SEEDS)]
    spawned = multiprocessing.get_context("spawn")
    pools = {
        "threads": lambda: ThreadPoolExecutor(32),
        "processes": lambda: ProcessPoolExecutor(2, mp_context=spawned),
    }
    with pools[kind]() as pool:
        running = [
            pool.submit(ck.simulate, MODEL, **CHOSEN, **seed_and_threads(number))
            for number in range(CALLS)
        ]
        for number, found in enumerate(running):
            assert found.result().equals(wanted[number % SEEDS])
