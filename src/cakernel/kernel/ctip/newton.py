"""All first-order conditions at once: Newton's method, investments of 0 held where they belong."""

from cakernel.kernel.ctip.layout import EFFECTIVENESS, GRADIENT, INVESTMENT, START
from cakernel.kernel.ctip.payoff import set_gradient
from cakernel.kernel.jit import compiled

MOST_STEPS = 25
# derivatives by money, so in units of 1
RESIDUAL = 1e-11
DIFFERENCE = 1e-6
# most that 1 + alpha z changes by in a step
STRETCH = 3.0
SINGULAR = 1e-14


@compiled
def newton(common, chain, matrix, goal):
    """Move all investments to where the conditions hold; return whether they were reached."""
    n = chain.shape[1]
    unit = 1.0 / common[EFFECTIVENESS]
    for _ in range(MOST_STEPS):
        set_gradient(common, chain, goal, 0, n)
        worst = 0.0
        for j in range(n):
            chain[START, j] = chain[GRADIENT, j]
            if chain[INVESTMENT, j] > 0.0 or chain[GRADIENT, j] > 0.0:
                worst = max(worst, abs(chain[GRADIENT, j]))
        if worst <= RESIDUAL:
            return True
        for k in range(n):
            held = chain[INVESTMENT, k] <= 0.0 and chain[START, k] <= 0.0
            before = chain[INVESTMENT, k]
            step = DIFFERENCE * (unit + before)
            if not held:
                chain[INVESTMENT, k] = before + step
                set_gradient(common, chain, goal, 0, n)
                chain[INVESTMENT, k] = before
            for j in range(n):
                matrix[j, k] = 0.0 if held else (chain[GRADIENT, j] - chain[START, j]) / step
        for j in range(n):
            matrix[j, n] = -chain[START, j]
            if chain[INVESTMENT, j] <= 0.0 and chain[START, j] <= 0.0:
                for k in range(n + 1):
                    matrix[j, k] = 0.0
                matrix[j, j] = 1.0
        if not eliminate(matrix):
            return False
        for j in range(n):
            base = unit + chain[INVESTMENT, j]
            moved = min(max(base + matrix[j, n], base / STRETCH), base * STRETCH)
            chain[INVESTMENT, j] = max(0.0, moved - unit)
    return False


@compiled
def eliminate(matrix):
    """Solve the linear equations in ``matrix`` (n, n + 1) into its last column."""
    n = matrix.shape[0]
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(matrix[i, k]) > abs(matrix[pivot, k]):
                pivot = i
        if not abs(matrix[pivot, k]) > SINGULAR:
            return False
        for c in range(n + 1):
            swapped = matrix[k, c]
            matrix[k, c] = matrix[pivot, c]
            matrix[pivot, c] = swapped
        for i in range(n):
            if i != k:
                factor = matrix[i, k] / matrix[k, k]
                for c in range(k, n + 1):
                    matrix[i, c] -= factor * matrix[k, c]
    for k in range(n):
        matrix[k, n] /= matrix[k, k]
    return True
