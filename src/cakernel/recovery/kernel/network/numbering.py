"""Numbers for firms, so that neighbours stand near each other in memory."""

from cakernel.jit.compile import compiled


@compiled(entry=True)
def number_near(starts, neighbours, order, met):
    """Set ``order`` int64 (firms,) to the firms by breadth-first search, part after part.

    Firm n's neighbours stand in ``neighbours`` int64 from ``starts[n]`` int64 (firms + 1,) on.
    ``met`` bool (firms,) is False throughout.
    """
    count = 0
    for root in range(order.size):
        if met[root]:
            continue
        met[root] = True
        looked, order[count] = count, root
        count += 1
        while looked < count:
            firm = order[looked]
            looked += 1
            for n in range(starts[firm], starts[firm + 1]):
                near = neighbours[n]
                if not met[near]:
                    met[near] = True
                    order[count] = near
                    count += 1
