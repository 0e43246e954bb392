"""Recovery rules: SRD-1 to SRD-8 for supply, CRD-0 to CRD-6 for cyber, "none", and a user's own.

Chen and Chang (2021), Table 1. A rule maps a firm's own state and those of its four neighbours, all
after this period's disruptions, to a target. Each built-in rule is a function of
`rule_definitions`, tabulated; a user's own rule is such a table, or counts neighbours. `counts` has
the built-in ones in that form, too, for networks and to be edited: tests hold that both say the
same.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from re import fullmatch
from typing import Annotated, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from cakernel.arguments import checked_arguments
from cakernel.checks import Whole
from cakernel.errors import InvalidInput
from cakernel.recovery.counts import Rows, on_grid
from cakernel.recovery.kernel.lanes.rules import TABLE
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.kernel.states import HIGH, LEVELS, TABLE_SHAPE
from cakernel.recovery.rule_definitions import DEFINED, tabulate
from cakernel.recovery.rule_picture import rule_html
from cakernel.wording import shown

Side = Literal["supply", "cyber"]
Cutoff = Annotated[int, Whole(0, MAX_PERIODS)]
# cutoffs behind a rule's name, and a name with them
CUTOFFS_OF_LABEL: Final = r"@([0-9]{1,18})/([0-9]{1,18})"
_WITH_CUTOFFS: Final = f"(.+){CUTOFFS_OF_LABEL}"


@checked_arguments
@dataclass(frozen=True, eq=False)
class Rule:
    """A recovery rule: its name, its target for every neighbourhood, and its cutoffs.

    A cutoff is the least number of periods that must remain for a firm to leave a state. In period
    t of T (t = 1..T), T - t periods remain: those in which the state that the firm reaches now will
    earn, since what is acquired in a period depends on the states at the end of the one before.
    So in the last period none remains, a cutoff of 0 never binds, one of 1 forbids to recover in
    the last period only, and one of T or more always forbids to. Where a cutoff forbids to leave
    the own state, the target is the own state. A firm in state 0 that aims at 2 is bound by the
    cutoff of 0 alone: cutoffs belong to the state that is left, not to the one that is reached.

    Parameters
    ----------
    name : str
        The name in tables of results.
    table : array_like of int, shape (3, 4, 4, 4, 4)
        Target state by own state (0, 1, 2) and by the states of the upstream and downstream
        neighbour and of the previous and next chain's firm (0, 1, 2, or 3 where there is none).
        A network, whose firms have any number of neighbours, takes rules of `count_rule` instead.
    on_site : bool, default False
        For a cyber rule: no cloud, as CRD-0 (y is 1 throughout, no cyber disruption).
    leave_low, leave_medium : int, default 0
        Cutoffs: the least periods that must remain to leave state 0, and to go from 1 to 2.

    Raises
    ------
    InvalidInput
        If the shape is wrong, or a target is not a state or lies below the own state; if a cutoff
        is out of its range, or given to an on-site rule, which upgrades nothing; or if the name
        ends like cutoffs.

    Examples
    --------
    SRD-4 waits for two high neighbours; this rule goes to high for an upstream neighbour alone.

    >>> table = rule("supply", "SRD-4").targets.copy()
    >>> table[:, 2] = 2
    >>> own = Rule("SRD-4 or upstream", table)
    >>> int(own.targets[0, 2, 0, 0, 3])
    2
    >>> own.with_cutoffs(leave_low=5, leave_medium=20).label
    'SRD-4 or upstream@5/20'
    """

    name: str
    table: npt.ArrayLike = field(repr=False)
    on_site: bool = False
    leave_low: Cutoff = 0
    leave_medium: Cutoff = 0
    # of a rule by counts, which `count_rule` makes
    rows: Rows = field(default=(), init=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidInput(f"rule name: got {shown(self.name)}; must be a non-empty text")
        if fullmatch(_WITH_CUTOFFS, self.name):
            raise InvalidInput(
                f"rule name: got {shown(self.name)}; must not end like cutoffs, which are "
                "leave_low and leave_medium"
            )
        _ = self.targets
        self._check_cutoffs()

    def _check_cutoffs(self) -> None:
        if self.on_site and any(self.cutoffs):
            raise InvalidInput(
                f"rule {self.name}: leave_low, leave_medium: got {self.leave_low}, "
                f"{self.leave_medium}; must be 0, since an on-site rule upgrades nothing"
            )

    @checked_arguments
    def with_cutoffs(self, *, leave_low: Cutoff = 0, leave_medium: Cutoff = 0) -> "Rule":
        """Return the same rule with cutoffs, in place of any that it has.

        Parameters
        ----------
        leave_low, leave_medium : int, default 0
            The least periods that must remain to leave state 0, and to go from 1 to 2; 0 to 2^31.

        Raises
        ------
        InvalidInput
            If a cutoff is out of its range, or the rule is on site.

        Examples
        --------
        >>> rule("supply", "SRD-5").with_cutoffs(leave_low=4, leave_medium=12).label
        'SRD-5@4/12'
        """
        # the table, which is checked, is shared
        made = copy(self)
        object.__setattr__(made, "leave_low", leave_low)
        object.__setattr__(made, "leave_medium", leave_medium)
        made._check_cutoffs()
        return made

    @property
    def cutoffs(self) -> tuple[int, int, int]:
        """The least periods that must remain to leave state 0, 1 and 2, which is never left."""
        return self.leave_low, self.leave_medium, 0

    def _repr_html_(self) -> str:
        return rule_html(self.label, self.targets)

    @property
    def label(self) -> str:
        """The name and, where there are any, the cutoffs: "SRD-5@4/12"; as input takes it, too."""
        return (
            f"{self.name}@{self.leave_low}/{self.leave_medium}" if any(self.cutoffs) else self.name
        )

    @cached_property
    def targets(self) -> npt.NDArray[np.uint8]:
        """The table as uint8 of shape (3, 4, 4, 4, 4), checked."""
        try:
            table: npt.NDArray[Any] = np.asarray(self.table)
        except (TypeError, ValueError):
            table = np.empty(0)
        if table.dtype.kind not in "biuf":
            raise InvalidInput(f"rule {self.name}: table: got {shown(self.table)}; must be numbers")
        if table.shape != TABLE_SHAPE:
            raise InvalidInput(
                f"rule {self.name}: table of shape {table.shape}; must be {TABLE_SHAPE}"
            )
        own = np.arange(LEVELS).reshape(LEVELS, 1, 1, 1, 1)
        wrong = np.argwhere(~np.isin(table, range(LEVELS)) | (table < own))
        if wrong.size:
            place = tuple(wrong[0].tolist())
            raise InvalidInput(
                f"rule {self.name}: table{list(place)} is {table[place]}; "
                f"must be a whole number from the own state {place[0]} to {HIGH}"
            )
        return table.astype(np.uint8)

    @cached_property
    def content(self) -> bytes:
        """What the rule does as bytes, equal for rules with the same table, or the same rows."""
        return self.targets.tobytes() + (repr(self.rows).encode() if self.rows else b"")

    @property
    def kernel_code(self) -> int:
        """A grid's code of a rule with these targets; TABLE where it has none."""
        return _KERNEL_CODES.get(self.targets.tobytes(), TABLE)


def by_counts(name: str, rows: Rows) -> Rule:
    """Return a rule by counts of neighbours; on a grid it is a table as any other."""
    made = Rule(name, tabulate(on_grid(rows)))
    object.__setattr__(made, "rows", rows)
    return made


BUILT_IN: dict[Side, dict[str, Rule]] = {"supply": {}, "cyber": {}}
# the lane kernel computes these targets; it looks all others up
_KERNEL_CODES: dict[bytes, int] = {}
for _definition, _code, *_names in DEFINED:
    _targets = tabulate(_definition)
    _KERNEL_CODES[_targets.tobytes()] = _code
    for _named, _name in zip(BUILT_IN.values(), _names, strict=True):
        if _name:
            _named[_name] = Rule(_name, _targets, on_site=_name == "CRD-0")


@checked_arguments
def rule(side: Side, name: str) -> Rule:
    """Return a built-in rule by its name.

    Parameters
    ----------
    side : {"supply", "cyber"}
        Whether the rule rebuilds operations or intangibles.
    name : str
        "SRD-1" to "SRD-8" for supply, "CRD-0" to "CRD-6" for cyber, or "none" (never recover); with
        cutoffs, if any, as in "SRD-5@4/12": leave state 0 only while at least 4 periods remain, go
        from 1 to 2 only while at least 12 do (see `Rule`).

    Raises
    ------
    InvalidInput
        If no rule of that side has the name, or a cutoff is out of its range.

    Examples
    --------
    Under SRD-5 (matching) a firm in state 0 whose upstream neighbour is in state 2 and whose other
    neighbours are in state 0 aims at state 2:

    >>> int(rule("supply", "SRD-5").targets[0, 2, 0, 0, 0])
    2
    """
    return built_in(side, name)


def built_in(side: Side, name: Any) -> Rule:
    """Return the built-in rule of a name, whatever was given as one."""
    found = find_rule(name, BUILT_IN[side])
    if found is None:
        raise InvalidInput(
            f"{side}_rule: got {shown(name)}; must be one of {', '.join(BUILT_IN[side])}"
        )
    return found


def find_rule(name: Any, known: Mapping[str, Rule]) -> Rule | None:
    """Return the known rule of a name or label, with the cutoffs that a label has."""
    if not isinstance(name, str):
        return None
    if name in known:
        return known[name]
    parts = fullmatch(_WITH_CUTOFFS, name)
    if parts is None or parts[1] not in known:
        return None
    return known[parts[1]].with_cutoffs(leave_low=int(parts[2]), leave_medium=int(parts[3]))
