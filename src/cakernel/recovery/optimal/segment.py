"""Segments of a chain: firms side by side, each with a weight, and windows that cover a chain.

What a chain earns is at most what windows earn that share each firm's income and costs by weights
which sum to 1: a firm at a window's cut end sees fewer neighbours, and earns no less for it.
"""

from typing import NamedTuple


class Segment(NamedTuple):
    """Neighbouring firms, each with its ``weight``.

    ``cut`` says of the first and of the last firm whether the chain goes on beyond it; on a
    ``ring`` they are neighbours.
    """

    weights: tuple[float, ...]
    cut: tuple[bool, bool] = (False, False)
    ring: bool = False

    @property
    def firms(self) -> int:
        """How many firms it has."""
        return len(self.weights)


class Window(NamedTuple):
    """A segment of a longer one, the ``places`` of its firms there, and how many it stands for."""

    segment: Segment
    places: tuple[int, ...]
    times: int = 1


def segments_of(firms: int, *, ring: bool, window: int, step: int) -> list[Window]:
    """Return a chain as one segment, or in windows where it has more firms than a window."""
    if firms <= window:
        return [Window(Segment((1.0,) * firms, ring=ring), tuple(range(firms)))]
    if ring:
        # windows that begin at every firm are all alike
        near = [min(j, window - 1 - j) + 1 for j in range(window)]
        shares = tuple(each / sum(near) for each in near)
        return [Window(Segment(shares, (True, True)), tuple(range(window)), firms)]
    # in the middle of a long chain windows are all alike
    extra = max(0, (firms - 4 * window) // step)
    shorter = Segment((1.0,) * (firms - extra * step))
    made = windows(shorter, window, step)
    if extra:
        made[2] = made[2]._replace(times=1 + extra)
    return made


def windows(segment: Segment, size: int, step: int) -> list[Window]:
    """Return windows of a segment that overlap and share its weights.

    Where windows overlap, a firm's share in each grows with its distance from the cut end.
    """
    firms = segment.firms
    if firms <= size:
        return [Window(segment, tuple(range(firms)))]
    last = firms if segment.ring else firms - size
    starts = [*range(0, last, step), *([] if segment.ring else [last])]
    places = [tuple((start + j) % firms for j in range(size)) for start in starts]
    cuts = [
        (
            segment.ring or start > 0 or segment.cut[0],
            segment.ring or start < last or segment.cut[1],
        )
        for start in starts
    ]
    near = [
        [
            min(
                j + 1 if segment.ring or start > 0 else size,
                size - j if segment.ring or start < last else size,
            )
            for j in range(size)
        ]
        for start in starts
    ]
    total = [0.0] * firms
    for at, shares in zip(places, near, strict=True):
        for place, share in zip(at, shares, strict=True):
            total[place] += share
    return [
        Window(
            Segment(
                tuple(
                    segment.weights[place] * share / total[place]
                    for place, share in zip(at, shares, strict=True)
                ),
                cut,
            ),
            at,
        )
        for at, shares, cut in zip(places, near, cuts, strict=True)
    ]
