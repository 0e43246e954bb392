"""The policies of a study, and what becomes of them where points name others."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cakernel.errors import InvalidInput
from cakernel.recovery.policy import Policy, names_of
from cakernel.recovery.rules import Rule, find_rule


class StudyPolicies:
    """Policies that all run at every point, but for the fields that a point replaces.

    ``rules`` are the user's own that points may name, ``of_model`` those of the model by their
    names; ``check`` raises for policies that the model cannot follow. Raises InvalidInput where a
    policy comes twice, or different rules have one name.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        rules: Sequence[Rule],
        of_model: Mapping[str, Rule],
        check: Callable[[Sequence[Policy]], None],
    ) -> None:
        check(policies)
        named = [str(policy) for policy in policies]
        if len(set(named)) < len(named):
            [(twice, _)] = Counter(named).most_common(1)
            raise InvalidInput(f"policies: got {twice} twice; must be once")
        self.names = [names_of(policy) for policy in policies]
        self.tables = _tables(policies, rules)
        self._policies, self._check = policies, check
        self._rules = {**of_model, **{rule.name: rule for rule in rules}}
        self._replaced: dict[tuple[Any, ...], Sequence[Policy]] = {}

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """Raise for a level of a field that means nothing."""
        changed = [{name: self._rule(level)} for level in levels]
        self._check([self._policies[0].replace(**each) for each in changed])

    def at(self, named: Mapping[str, Any]) -> Sequence[Policy]:
        """Return them with some fields replaced, each once; the same list each time."""
        if not named:
            return self._policies
        key = tuple(named.items())
        if key not in self._replaced:
            changes = {k: self._rule(v) for k, v in named.items()}
            made = {str(p): p for p in (policy.replace(**changes) for policy in self._policies)}
            self._check(list(made.values()))
            # tasks on other threads may make the same list at the same time: the first one stays
            self._replaced.setdefault(key, list(made.values()))
        return self._replaced[key]

    def _rule(self, name: Any) -> Any:
        """Return the user's own rule of a name or label, or the name."""
        return find_rule(name, self._rules) or name


def _tables(policies: Sequence[Policy], rules: Sequence[Rule]) -> dict[str, str]:
    """Return a hash of each rule that may be used, by its name; raise for two of one name."""
    used = [rule for p in policies for rule in (p.supply_rule, p.cyber_rule)]
    tables: dict[str, str] = {}
    for rule in (*used, *rules):
        content = rule.content + bytes([rule.on_site])
        table = hashlib.sha256(content).hexdigest()[:16]
        # a label has the cutoffs
        if tables.setdefault(rule.label, table) != table:
            raise InvalidInput(f"rules: got two called {rule.label}; must have different names")
    return tables
