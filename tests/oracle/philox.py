"""Philox4x32-10 in plain Python integers, and the shock that one draw of it means.

The generator is that of Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy
as 1, 2, 3", SC11, doi 10.1145/2063384.2063405, section 3.3 and table 2.
"""

MASK = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
ROUNDS = 10

SUPPLY = 0
CYBER = 1

NONE = 0
MILD = 1
SEVERE = 2

Words4 = tuple[int, int, int, int]


def philox4x32(counter: Words4, key: tuple[int, int]) -> Words4:
    """Return the four output words of Philox4x32-10.

    Parameters
    ----------
    counter : tuple of 4 int
        Counter words, each 0 to 2**32 - 1, the least significant first.
    key : tuple of 2 int
        Key words, each 0 to 2**32 - 1.

    Returns
    -------
    tuple of 4 int
        Output words, each 0 to 2**32 - 1.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        high_0, low_0 = product_0 >> 32, product_0 & MASK
        high_1, low_1 = product_1 >> 32, product_1 & MASK
        c0, c1, c2, c3 = high_1 ^ c1 ^ k0, low_1, high_0 ^ c3 ^ k1, low_0
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


def draw(
    seed: int,
    purpose: int,
    scenario: int,
    replication: int,
    period: int,
    chain: int,
    position: int,
) -> int:
    """Return the 32-bit word drawn for one firm (supply) or one chain (cyber) in one period.

    Parameters
    ----------
    seed : int
        0 to 2**64 - 1.
    purpose : int
        0 for supply, 1 for cyber.
    scenario, replication : int
        Counted from 0.
    period : int
        Counted from 1.
    chain, position : int
        Counted from 0; a cyber draw is one per chain, whatever the position.

    Returns
    -------
    int
        0 to 2**32 - 1.
    """
    if purpose == CYBER:
        position = 0
    counter = (
        ((period - 1) // 4) | (purpose << 31),
        position | (chain << 20),
        replication,
        scenario,
    )
    words = philox4x32(counter, (seed & MASK, seed >> 32))
    return words[(period - 1) % 4]


def shock(
    seed: int,
    purpose: int,
    scenario: int,
    replication: int,
    period: int,
    chain: int,
    position: int,
    severe: float,
    mild: float,
) -> int:
    """Return the shock of one firm (supply) or one chain (cyber) in one period.

    Parameters
    ----------
    seed, purpose, scenario, replication, period, chain, position : int
        As in `draw`.
    severe, mild : float
        Probabilities f and g, with f + g at most 1.

    Returns
    -------
    int
        0 none, 1 mild, 2 severe.
    """
    word = draw(seed, purpose, scenario, replication, period, chain, position)
    if word < round(severe * 2.0**32):
        return SEVERE
    if word < round((severe + mild) * 2.0**32):
        return MILD
    return NONE
