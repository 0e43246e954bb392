"""The search for a government's best choice, on both sides of the discount threshold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cakernel.coopetition.government_trials import ROUNDING, Trials
from cakernel.coopetition.points import Numbers

Value = Callable[[Numbers], Numbers]

# points of the first grid along subsidy, sharing and, on each side, minimum order
GRID = (9, 9, 11)
# peaks of the grid that are followed on each side
FOLLOWED = 2
# minimum orders on the line on which a peak's best one is looked for
LONG_LINE = 257
# steps in shares of the range; choices are rounded to a quantum, so that solved ones are reused
FIRST_STEP, COARSE_STEP, LAST_STEP, QUANTUM = 1 / 16, 1 / 64, 1e-4, 2.0**-36
# a peak that is lower by so much after the coarse steps is followed no further; in units of what a
# chain alone could earn
LOWER = 0.02
# the finest minimum order, by the square of the step: on the edge of participation welfare falls in
# proportion to an error of the order, and that error must not decide where to go next
FINEST = 1 / 4
# directions of a step, how far they turn each time, and leaps in units of the last movement
DIRECTIONS, GOLDEN_ANGLE, LEAPS = 5, np.pi * (3 - 5**0.5), np.array([1.0, 2.0, 4.0])
# choices that an answer is compared with: spread over all, and around it at so many radii
SPREAD, AROUND, RADII = 512, 64, 16
# comparisons of the answer, and gains that count as none, in units of what a chain alone could earn
ROUNDS, NO_GAIN = 8, 1e-8
# equilibria that the first steps from a peak and the rest take in most markets, for progress
OF_A_PEAK, OF_THE_REST = 1_000, 3_500
# added before a division by a range, which may be of one value
TINY = 1e-300

OFFSETS = np.array([-1, -0.5, 0, 0.5, 1])
NEIGHBOURS = np.array([(s, t) for s in (-1, 0, 1) for t in (-1, 0, 1) if (s, t) != (0, 0)])


class Side(NamedTuple):
    """The least and largest choice on one side of the discount threshold."""

    low: Numbers
    high: Numbers

    def clip(self, choices: Numbers) -> Numbers:
        """Return choices moved to this side, as multiples of the quantum between its ends."""
        quantum = (self.high - self.low) * QUANTUM
        # a range of one value has no multiples
        steps = np.where(quantum > 0, quantum, 1.0)
        places = np.rint((choices - self.low) / steps)
        return np.clip(self.low + places * quantum, self.low, self.high)

    def at(self, shares: Numbers) -> Numbers:
        """Return the choices at shares of the ranges, minimum orders denser where they are low."""
        bent = shares.copy()
        bent[..., 2] **= 2
        return self.clip(self.low + bent * (self.high - self.low))


class Answer(NamedTuple):
    """A choice, and how much more was found elsewhere."""

    choice: Numbers
    gain: float


@dataclass(frozen=True)
class Search:
    """The government's choices: ``sides`` of the threshold and ``more``, choices to try besides."""

    trials: Trials
    sides: list[Side]
    threshold: float
    more: Numbers

    def best(self, value: Value) -> Answer | None:
        """Return the choice of the highest value, none if no choice has one."""
        peaks = self._peaks(value)
        if not peaks:
            # between the grid's points there may be choices that keep all chains in: climb there
            nearest = self._peaks(self.trials.smallest_gains)
            steps = (FIRST_STEP, LAST_STEP)
            found = [self._follow(peak, self.trials.smallest_gains, steps) for peak in nearest]
            peaks = [choice for choice in found if value(choice[None])[0] > -np.inf]
        if not peaks:
            return None
        near = []
        for number, peak in enumerate(peaks):
            self.trials.expect((len(peaks) - number) * OF_A_PEAK + OF_THE_REST)
            near.append(self._follow(peak, value, (FIRST_STEP, COARSE_STEP)))
        heights = value(np.stack(near))
        high = [near[n] for n in np.argsort(-heights, kind="stable")]
        high = high[: int((heights > heights.max() - LOWER * self.trials.scale).sum())]
        self.trials.expect(OF_THE_REST)
        ends = [self._follow(choice, value, (COARSE_STEP, LAST_STEP)) for choice in high]
        best = _first_of_best(np.stack(ends), value)[0]
        best = self._least(best, value)
        gain, better = self._compare(best, value)
        for _ in range(ROUNDS):
            if gain <= NO_GAIN * self.trials.scale:
                break
            self.trials.expect(OF_THE_REST)
            apart = np.abs(better - best) / (self._side(better).high + TINY)
            first = float(np.clip(2 * apart[:2].max(), 4 * LAST_STEP, FIRST_STEP))
            best = self._least(self._follow(better, value, (first, LAST_STEP)), value)
            gain, better = self._compare(best, value)
        return Answer(best, gain)

    def _side(self, choice: Numbers) -> Side:
        """Return the side of the threshold that a choice is on."""
        return self.sides[-1 if choice[2] >= self.threshold else 0]

    def _peaks(self, value: Value) -> list[Numbers]:
        """Return the choices of a grid that are no worse than their neighbours, best first.

        Subsidy and sharing have neighbours, each pair with its best minimum order.
        """
        lines = [np.linspace(0, 1, points) for points in GRID]
        shares = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1)
        found: list[tuple[float, Numbers]] = []
        for side in self.sides:
            choices = side.at(shares)
            values = value(choices.reshape(-1, 3)).reshape(GRID)
            orders = values.argmax(axis=2)
            top = values.max(axis=2)
            padded = np.pad(top, 1, constant_values=-np.inf)
            beside = (padded[1 + s :, 1 + t :][: GRID[0], : GRID[1]] for s, t in NEIGHBOURS)
            around = np.max(list(beside), axis=0)
            places = np.argwhere((top >= around) & (top > -np.inf))
            heights = [top[s, t] for s, t in places]
            for n in np.argsort(np.negative(heights), kind="stable")[:FOLLOWED]:
                s, t = places[n]
                found.append((-heights[n], choices[s, t, orders[s, t]]))
        return [choice for _, choice in sorted(found, key=lambda pair: pair[0])]

    def _follow(self, choice: Numbers, value: Value, steps: tuple[float, float]) -> Numbers:
        """Move subsidy and sharing to better neighbours, or look nearer where there are none.

        Each neighbour gets its best minimum order: that may lie on the edge of participation, which
        bends with the other two. What is returned is never worse than ``choice``.
        """
        side = self._side(choice)
        step, last = steps
        # welfare is flat in orders that bind nobody: look along all of them first
        shares = np.zeros((LONG_LINE, 3))
        shares[:, 2] = np.linspace(0, 1, LONG_LINE)
        line = side.at(shares)
        line[:, :2] = choice[:2]
        best, highest = _first_of_best(np.vstack([choice, line]), value)
        finest = self._with_best_orders(best[None], step, side, value)
        best, highest = _first_of_best(np.vstack([best, finest]), value)
        turned, moved = 0.0, np.zeros(2)
        while step > last:
            # a ridge may lie between any fixed directions, and is long: turn, and go on by leaps
            turned += GOLDEN_ANGLE
            angles = turned + np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
            moves = step * np.column_stack([np.cos(angles), np.sin(angles)])
            if moved.any():
                moves = np.vstack([moves, LEAPS[:, None] * moved])
            near = np.repeat(best[None], len(moves), axis=0)
            near[:, :2] += (side.high - side.low)[:2] * moves
            near = self._with_best_orders(side.clip(near), step, side, value)
            found, reached = _first_of_best(near, value)
            if reached > highest:
                moved = (found - best)[:2] / (side.high + TINY)[:2]
                best, highest = found, reached
            else:
                step /= 2
        return best

    def _with_best_orders(
        self, choices: Numbers, width: float, side: Side, value: Value
    ) -> Numbers:
        """Give each choice the best minimum order near its own, by ever finer lines of them."""
        choices = np.unique(choices, axis=0)
        finest = FINEST * min(width, FIRST_STEP) ** 2
        while width > finest:
            lines = np.repeat(choices[:, None], len(OFFSETS), axis=1)
            lines[..., 2] += width * (side.high[2] - side.low[2]) * OFFSETS
            lines = side.clip(lines)
            values = value(lines.reshape(-1, 3)).reshape(lines.shape[:2])
            # where no order on the line will do, the middle one stays
            places = np.where(values.max(axis=1) > -np.inf, values.argmax(axis=1), 2)
            choices = lines[np.arange(len(choices)), places]
            width /= 2
        return choices

    def _least(self, choice: Numbers, value: Value) -> Numbers:
        """Return the choice with the least subsidy, sharing and order, each where it is as good."""
        side = self._side(choice)
        for n in range(3):
            less = choice.copy()
            less[n] = side.low[n]
            reached, least = value(np.stack([choice, less]))
            if least >= reached - ROUNDING * self.trials.scale:
                choice = less
        return choice

    def _compare(self, choice: Numbers, value: Value) -> tuple[float, Numbers]:
        """Return how much more than at ``choice`` is found elsewhere, and where."""
        side = self._side(choice)
        number = np.arange(SPREAD, dtype=float)[:, None]
        # multiples of square roots of primes fill the cube evenly
        shares: Numbers = (0.5 + number * np.sqrt([2.0, 3.0, 5.0])) % 1
        spread = [one.at(shares[n :: len(self.sides)]) for n, one in enumerate(self.sides)]
        near = np.repeat(choice[None], AROUND, axis=0)
        radii = 0.5 ** (number[:AROUND] % RADII + 1)
        near[:, :2] += (radii * (2 * shares[:AROUND] - 1) * (side.high - side.low))[:, :2]
        near = side.clip(near)
        around = (
            self._with_best_orders(near[n::RADII], float(radii[n, 0]), side, value)
            for n in range(RADII)
        )
        others = np.vstack([*spread, *around, self.more])
        better, reached = _first_of_best(others, value)
        return max(0.0, reached - float(value(choice[None])[0])), better


def _first_of_best(choices: Numbers, value: Value) -> tuple[Numbers, float]:
    """Return the first of the best choices and its value."""
    values = value(choices)
    n = int(values.argmax())
    return choices[n], float(values[n])
