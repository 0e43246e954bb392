"""Who is compared, and how much each is given to do."""

from dataclasses import dataclass
from typing import Literal

from work import Work

import cakernel as ck


@dataclass(frozen=True)
class Peer:
    """A tool: the module that runs it, its scenarios and replications, and those of a quick run.

    ``threaded``: it can use several threads; ``same_draws``: it makes cakernel's own draws.
    It runs on the ``device``.
    """

    name: str
    title: str
    module: str
    size: tuple[int, int]
    quick: tuple[int, int]
    threaded: bool = False
    same_draws: bool = False
    device: Literal["cpu", "gpu"] = "cpu"


# sizes are such that a run takes a second to some
PEERS = (
    Peer("mesa", "Mesa", "mesa_model", (2, 1), (1, 1)),
    Peer("python", "plain Python", "plain_python", (4, 1), (2, 1)),
    Peer("scalar", "cakernel's scalar kernel", "scalar_numba", (64, 2), (16, 2), same_draws=True),
    Peer("numpy", "NumPy", "numpy_model", (576, 4), (576, 2)),
    Peer("jax-vmap", "JAX, vmap", "jax_vmap", (64, 2), (64, 2), threaded=True),
    Peer("jax", "JAX, batched by hand", "jax_model", (576, 8), (576, 2), threaded=True),
    Peer("cakernel", "cakernel", "lanes", (576, 24), (576, 8), threaded=True),
    Peer("jax-card", "JAX on a graphics card", "jax_model", (576, 200), (576, 20), device="gpu"),
    Peer("cakernel-card", "cakernel on it", "lanes", (576, 200), (576, 200), device="gpu"),
    Peer("limit", "C++, AVX-512", "limit", (576, 24), (576, 8), threaded=True, same_draws=True),
)


def work_of(peer: Peer, *, quick: bool, threads: int) -> Work:
    """Return a peer's share: all 104 policies (quick: every 7th), scenarios spread over the 576."""
    paper = ck.paper_scenarios()
    policies = ck.policies()
    count, replications = peer.quick if quick else peer.size
    # a step that shares no factor with 576 and changes all four parts of a scenario
    chosen = paper if count == len(paper) else [paper[n * 187 % len(paper)] for n in range(count)]
    return Work(
        model=ck.regime("base"),
        # the C++ program runs all policies or none
        policies=tuple(policies[::7] if quick and peer.name != "limit" else policies),
        scenarios=tuple(chosen),
        replications=replications,
        threads=threads if peer.threaded else 1,
        device=peer.device,
    )
