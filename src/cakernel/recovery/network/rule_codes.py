"""Rules of firms and of policies as the kernel takes them: codes, and rows of conditions."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.counts import BY_NAME
from cakernel.recovery.counts import Rows as CountRows
from cakernel.recovery.kernel.lanes.rules import TABLE
from cakernel.recovery.kernel.network.arguments import BY_RUN
from cakernel.recovery.kernel.states import HIGH
from cakernel.recovery.network.columns import PRINCIPLES
from cakernel.recovery.network.derived import derived
from cakernel.recovery.network.network import Network
from cakernel.recovery.policy import Policy
from cakernel.recovery.rules import BUILT_IN, Rule, Side

Rows = npt.NDArray[np.int64]


@derived("firms.supply_rule", "firms.cyber_rule", "firms.principle", "firms.provider")
def own_rules_of(net: Network) -> tuple[Rows, Rows, Rows, Rows]:
    """Return the codes of supply and cyber rules, principles, and who is on site."""
    table = net.firms
    rule = table["cyber_rule"]
    on_site = (net.firm_provider < 0) | (rule == "CRD-0").fill_null(False).to_numpy()
    return (
        _codes(net, "supply"),
        _codes(net, "cyber"),
        _numbered(table["principle"], {name: n for n, name in enumerate(PRINCIPLES)}),
        np.where(on_site, 1, np.where(rule.is_null().to_numpy(), BY_RUN, 0)),
    )


def _count_codes(net: Network, policies: Iterable[Policy]) -> dict[CountRows, int]:
    """Return the codes of rules by counts that firms or policies may follow, the firms' first."""
    own = [rule.rows for rule in net.own_rules.values()]
    of_run = [rule.rows for p in policies for rule in (p.supply_rule, p.cyber_rule)]
    shares = (BY_NAME["SRD-quarter"], BY_NAME["SRD-half"])
    distinct = dict.fromkeys(rows for rows in (*shares, *own, *of_run) if rows)
    return {rows: TABLE + n for n, rows in enumerate(distinct)}


def counted_rules(net: Network, policies: Iterable[Policy]) -> npt.NDArray[np.int32]:
    """Return all rules by counts as the kernel takes them, after where each begins."""
    parts = []
    for rows in _count_codes(net, policies):
        part = [len(rows)]
        for row in rows:
            part += row.own, row.target, len(row.conditions), *chain(*row.conditions)
        parts.append(part)
    begins = np.cumsum([len(parts), *map(len, parts)])[:-1]
    return np.array([*begins, *chain(*parts)], np.int32)


def _codes(net: Network, side: Side) -> Rows:
    """Return the codes of firms' own rules, and BY_RUN where they have none."""
    counted = _count_codes(net, ())
    codes = {name: counted[rows] for name, rows in BY_NAME.items() if rows in counted}
    codes |= {name: rule.kernel_code for name, rule in BUILT_IN[side].items()}
    codes |= {name: counted[rule.rows] for name, rule in net.own_rules.items()}
    return _numbered(net.firms[f"{side}_rule"], codes)


def _numbered(names: pl.Series, numbers: Mapping[str, int]) -> Rows:
    """Return the numbers of names, and BY_RUN where there is none."""
    if names.null_count() == len(names):
        return np.full(len(names), BY_RUN)
    found = names.replace_strict(numbers, default=BY_RUN, return_dtype=pl.Int64)
    return found.fill_null(BY_RUN).to_numpy()


def rules_of(net: Network, policies: Sequence[Policy]) -> Rows:
    """Return policies' numbers in the order of `Rules`: codes, flags and cutoffs by side."""
    counted = _count_codes(net, policies)

    def code_of(rule: Rule) -> int:
        code = counted[rule.rows] if rule.rows else rule.kernel_code
        if code == TABLE and not rule.rows:
            raise InvalidInput(
                f"policies: got the rule {rule.name!r}, a table of a grid's four neighbours; must "
                "be a built-in rule or one of count_rule, since firms of a network have any number "
                "of neighbours"
            )
        return code

    return np.array(
        [
            [
                code_of(p.supply_rule), code_of(p.cyber_rule), p.cyber_rule.on_site,
                p.principle == "C", *p.supply_rule.cutoffs[:HIGH], *p.cyber_rule.cutoffs[:HIGH],
            ]
            for p in policies
        ],
        np.int64,
    )  # fmt: skip
