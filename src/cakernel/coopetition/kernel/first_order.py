"""All first-order conditions at once: Newton's method, investments of 0 held where they belong."""

from cakernel.coopetition.kernel.game import ZERO
from cakernel.coopetition.kernel.payoffs import set_gradient
from cakernel.jit.compile import compiled

MOST_STEPS = 25
# derivatives by money, so in units of 1
REACHED = 1e-11
DIFFERENCE = 1e-6
# most that 1 + alpha z changes by in a step
STRETCH = 3.0
SINGULAR = 1e-14


@compiled
def newton(game, steps, matrix):
    """Move all investments to where the conditions hold; return whether they were reached."""
    chains = game.chains
    n = game.market.chains
    unit = 1.0 / game.market.security_effectiveness
    for _ in range(MOST_STEPS):
        set_gradient(game, ZERO, n)
        worst = 0.0
        for j in range(n):
            steps[j].residual = chains[j].gradient
            if chains[j].investment > 0.0 or chains[j].gradient > 0.0:
                worst = max(worst, abs(chains[j].gradient))
        if worst <= REACHED:
            return True
        for k in range(n):
            held = chains[k].investment <= 0.0 and steps[k].residual <= 0.0
            before = chains[k].investment
            step = DIFFERENCE * (unit + before)
            if not held:
                chains[k].investment = before + step
                set_gradient(game, ZERO, n)
                chains[k].investment = before
            for j in range(n):
                change = chains[j].gradient - steps[j].residual
                matrix[k, j] = 0.0 if held else change / step
        for j in range(n):
            matrix[n, j] = -steps[j].residual
            if chains[j].investment <= 0.0 and steps[j].residual <= 0.0:
                for k in range(n + 1):
                    matrix[k, j] = 0.0
                matrix[j, j] = 1.0
        if not _eliminate(matrix, n):
            return False
        for j in range(n):
            base = unit + chains[j].investment
            moved = min(max(base + matrix[n, j], base / STRETCH), base * STRETCH)
            chains[j].investment = max(0.0, moved - unit)
    return False


@compiled(folded=True)
def _eliminate(matrix, n):
    """Solve n linear equations in ``matrix``, a row for each column, into row n."""
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(matrix[k, i]) > abs(matrix[k, pivot]):
                pivot = i
        if not abs(matrix[k, pivot]) > SINGULAR:
            return False
        for c in range(k, n + 1):
            swapped = matrix[c, k]
            matrix[c, k] = matrix[c, pivot]
            matrix[c, pivot] = swapped
        for i in range(n):
            if i != k:
                factor = matrix[k, i] / matrix[k, k]
                for c in range(k, n + 1):
                    matrix[c, i] -= factor * matrix[c, k]
    for k in range(n):
        matrix[n, k] /= matrix[k, k]
    return True
