"""Three rows of Tables 3 to 6 follow other rules than Table 1 states: which, and what instead.

Each deviation was found from the printed figures, and can be switched off by its name.
"""

from typing import Final, NamedTuple

SRD_4_ENDS: Final = "srd-4-ends"
CRD_3_4_AS_CRD_1: Final = "crd-3-4-as-crd-1"
CRD_6_C_AS_P: Final = "crd-6-c-as-p"


class Deviation(NamedTuple):
    """How printed rows deviate from Table 1: which, what Table 1 says, what the numbers imply."""

    rows: str
    table_1: str
    as_printed: str


DEVIATIONS: Final = {
    SRD_4_ENDS: Deviation(
        "SRD-4",
        "high if at least two of the neighbours are",
        "the same, but at an end of a chain the one neighbour along the chain must be among the "
        "two: the pair of both cross-chain participants does not count there",
    ),
    CRD_3_4_AS_CRD_1: Deviation(
        "CRD-3, CRD-4",
        "benchmarking: high if one (two) of the neighbours are, else medium",
        "the row of CRD-1: high always",
    ),
    CRD_6_C_AS_P: Deviation(
        "CRD-6 under C",
        "the intangible upgrade is paid first",
        "the row of CRD-6 under P: the operational one is paid first",
    ),
}
"""The three deviations by name, in the order of the tables' rules."""
