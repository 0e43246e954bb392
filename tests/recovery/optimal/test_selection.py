"""Selection among many policies: how often what is claimed of the choice is true."""

import numpy as np
import pytest

from cakernel.recovery.optimal.selection import Look, select

POLICIES, SCENARIOS = 12, 3


def drawn(random, *, floor=0.0):
    """Draw a problem with common noise; return its truth, and a function that looks at it."""
    true = random.normal(0, 0.4, (POLICIES, SCENARIOS))
    states = random.uniform(0.8, 1.2, POLICIES)
    common = random.normal(0, 2, (1, SCENARIOS, 128))
    outcomes = true[:, :, None] + common + random.normal(0, 1, (POLICIES, SCENARIOS, 128))
    seen = states[:, None] + random.normal(0, 0.3, (POLICIES, 128))

    def look(places, count):
        some, x = outcomes[places, :, :count], seen[places, :count]
        error = x.std(axis=1, ddof=1) / np.sqrt(count)
        return Look(
            replications=count,
            states=np.stack([x.mean(axis=1), np.ones(len(places))], axis=-1),
            state_errors=np.stack([error, np.zeros(len(places))], axis=-1),
            each=some.mean(axis=1),
            earned=some.mean(axis=2),
            errors=some.std(axis=2, ddof=1) / np.sqrt(count),
        )

    return true, states >= floor, look


@pytest.mark.parametrize("criterion", ["mean", "minimum", "regret"])
@pytest.mark.parametrize("floor", [0.0, 1.0])
def test_claims_hold_as_often_as_stated(criterion, floor):
    random = np.random.default_rng(5)
    wrong = 0
    for _ in range(100):
        true, meets, look = drawn(random, floor=floor)
        stands = select(
            look, POLICIES, SCENARIOS, [16, 32, 64, 128], criterion=criterion,
            floors=(floor, 0.0), best_known=None, level=0.1, indifference=0.0,
            keep=lambda selection: None,
        )  # fmt: skip
        scores = {
            "mean": true.mean(axis=1),
            "minimum": true.min(axis=1),
            "regret": (true - true.max(axis=0)).min(axis=1),
        }[criterion]
        best = scores[meets].max(initial=-np.inf)
        held = best - scores[stands.choice] <= stands.delta
        held &= bool((meets | ~stands.sure).all()) and bool((~meets | stands.possible).all())
        wrong += not held
    # Bonferroni's inequality leaves room: 10 of 100 are allowed for
    assert wrong <= 10


def test_a_clear_winner_is_found_early_and_others_are_looked_at_no_more():
    random = np.random.default_rng(1)
    _, _, look = drawn(random)
    asked = []

    def watched(places, count):
        asked.append(len(places))
        seen = look(places, count)
        return seen._replace(each=seen.each + 50.0 * (places == 7)[:, None])

    stands = select(
        watched, POLICIES, SCENARIOS, [16, 32], criterion="mean", floors=(0.0, 0.0),
        best_known=None, level=0.05, indifference=0.0, keep=lambda selection: None,
    )  # fmt: skip
    assert stands.choice == 7
    assert stands.delta == 0
    assert asked == [POLICIES]
    assert np.flatnonzero(stands.open).tolist() == [7]


def test_policies_with_the_same_outcomes_count_as_one():
    _, _, look = drawn(np.random.default_rng(2))

    def doubled(places, count):
        seen = look(places // 2 * 2, count)
        return seen

    stands = select(
        doubled, POLICIES, SCENARIOS, [16, 128], criterion="mean", floors=(0.0, 0.0),
        best_known=None, level=0.05, indifference=0.0, keep=lambda selection: None,
    )  # fmt: skip
    assert stands.twin.tolist() == [n // 2 * 2 for n in range(POLICIES)]
    assert np.isfinite(stands.delta)
