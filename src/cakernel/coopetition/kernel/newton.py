"""All first-order conditions at once: Newton's method, investments of 0 held where they belong."""

from cakernel.coopetition.kernel.layout import EFFECTIVENESS, GRADIENT, INVESTMENT, RESIDUAL, ZERO
from cakernel.coopetition.kernel.payoff import set_gradient
from cakernel.jit.compile import compiled

MOST_STEPS = 25
# derivatives by money, so in units of 1
REACHED = 1e-11
DIFFERENCE = 1e-6
# most that 1 + alpha z changes by in a step
STRETCH = 3.0
SINGULAR = 1e-14


@compiled
def newton(common, chain, matrix):
    """Move all investments to where the conditions hold; return whether they were reached."""
    n = chain.shape[0]
    unit = 1.0 / common[EFFECTIVENESS]
    for _ in range(MOST_STEPS):
        set_gradient(common, chain, ZERO, n)
        worst = 0.0
        for j in range(n):
            chain[j, RESIDUAL] = chain[j, GRADIENT]
            if chain[j, INVESTMENT] > 0.0 or chain[j, GRADIENT] > 0.0:
                worst = max(worst, abs(chain[j, GRADIENT]))
        if worst <= REACHED:
            return True
        for k in range(n):
            held = chain[k, INVESTMENT] <= 0.0 and chain[k, RESIDUAL] <= 0.0
            before = chain[k, INVESTMENT]
            step = DIFFERENCE * (unit + before)
            if not held:
                chain[k, INVESTMENT] = before + step
                set_gradient(common, chain, ZERO, n)
                chain[k, INVESTMENT] = before
            for j in range(n):
                matrix[k, j] = 0.0 if held else (chain[j, GRADIENT] - chain[j, RESIDUAL]) / step
        for j in range(n):
            matrix[n, j] = -chain[j, RESIDUAL]
            if chain[j, INVESTMENT] <= 0.0 and chain[j, RESIDUAL] <= 0.0:
                for k in range(n + 1):
                    matrix[k, j] = 0.0
                matrix[j, j] = 1.0
        if not _eliminate(matrix):
            return False
        for j in range(n):
            base = unit + chain[j, INVESTMENT]
            moved = min(max(base + matrix[n, j], base / STRETCH), base * STRETCH)
            chain[j, INVESTMENT] = max(0.0, moved - unit)
    return False


@compiled(folded=True)
def _eliminate(matrix):
    """Solve the linear equations in ``matrix`` (n + 1, n), a row for each column, into its last."""
    n = matrix.shape[1]
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
