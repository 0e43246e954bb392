"""The kernel of a card that makes outcomes of replications a mean and its error, as on the CPU."""

from cakernel.jit.cuda import cuda, kernel, part, rounded_product
from cakernel.recovery.kernel.folding import error_of, welford_by
from cakernel.recovery.kernel.sums import RESOURCES

product = rounded_product()
welford = part(welford_by(product))
error = part(getattr(error_of, "py_func", error_of))


@kernel
def fold(outcomes, launch, parts, found):
    """Set ``found`` float64 (outcomes, 2, points of the launch, policies), as `kernel.folding`.

    ``outcomes`` int64 (outcomes * policies * scenarios * replications,) are all that a point has;
    its scenarios follow each other.
    """
    n = cuda.grid(1)
    points, policies = found.shape[2], found.shape[3]
    row = n // points
    column = n - row * points
    outcome = row // policies
    policy = row - outcome * policies
    if outcome >= found.shape[0]:
        return
    scenarios = launch.scenarios // points
    first = column * scenarios
    point = parts.owner[parts.place[launch.scenario + first]]
    mean = squares = 0.0
    for r in range(launch.replications):
        value = 0.0
        for place in range(parts.begin[point], parts.begin[point + 1]):
            total = 0
            for s in range(first, first + scenarios):
                if parts.place[launch.scenario + s] == place:
                    total += outcomes[(row * launch.scenarios + s) * launch.replications + r]
            if outcome == RESOURCES:
                total //= parts.times[place]
            value += product(float(total), parts.unit[outcome, place])
        mean, squares = welford(mean, squares, value / parts.size[outcome, point], r + 1)
    found[outcome, 0, column, policy] = mean
    found[outcome, 1, column, policy] = error(squares, launch.replications)
