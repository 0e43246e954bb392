"""Where bits of one vector of firms wait in working memory, on their way from step to step.

Each slot is 64 bytes of a uint8 array; the bytes before them are free for what is done at once.
"""

from cakernel.kernel.lanes import VECTOR_BYTES

FREE = 32 * VECTOR_BYTES
# two bits: the operational and the intangibles state by which a firm acquires
BY_X = FREE
BY_Y = BY_X + 2 * VECTOR_BYTES
# for each side: the target's two bits; upgrades 0 to 1, 1 to 2, 0 to 2; where they are paid
TARGET = BY_Y + 2 * VECTOR_BYTES
UPGRADE = TARGET + 4 * VECTOR_BYTES
PAID = UPGRADE + 6 * VECTOR_BYTES
WORK_BYTES = PAID + 2 * VECTOR_BYTES
