"""A setting of the live page to take away: as a scenario file, and as Python."""

import json
from typing import Any

from cakernel.live.fields import Setting
from cakernel.recovery.live.case import Case, case_of
from cakernel.recovery.live.fields import PAPER, VALUES
from cakernel.recovery.model import Model
from cakernel.recovery.policy import names_of
from cakernel.recovery.terms import settings_in_words


def scenario_file(setting: Setting, replications: int) -> str:
    """Return a scenario file, for `cakernel run` and `cakernel best --regime`."""
    case = case_of(setting)
    lines = [
        f"# {settings_in_words(case.model)}",
        "# cakernel run FILE --out results simulates it; cakernel best --regime FILE ranks.",
        "",
        "[simulation]",
        f"replications = {max(2, replications)}",
        f"seed = {case.seed}",
        "",
        "[model]",
        *(f"{name} = {_toml(value)}" for name, value in case.model.model_dump().items()),
        "",
        "[policies]",
        *(f"{name} = {_toml(listed)}" for name, listed in _lists(case).items()),
    ]
    are_papers = setting["amounts"] == PAPER and not case.scenarios[0].valued
    if are_papers:
        lines += ["", "# without sections [[scenarios]], the 576 of the paper are run"]
    for scenario in () if are_papers else case.scenarios:
        lines += ["", "[[scenarios]]"]
        lines += [f"{name} = {_toml(amounts)}" for name, amounts in scenario.given.items()]
    return "\n".join(lines) + "\n"


def python_code(setting: Setting, replications: int) -> str:
    """Return a program that ranks what the page ranks, from the same replications."""
    case = case_of(setting)
    base = Model()
    changed = {
        name: value
        for name, value in case.model.model_dump().items()
        if value != getattr(base, name)
    }
    model = "".join(f"    {name}={value!r},\n" for name, value in changed.items())
    lists = "".join(f"    {name}={json.dumps(listed)},\n" for name, listed in _lists(case).items())
    scenarios = "cakernel.paper_scenarios()"
    given = case.scenarios[0].given
    if setting["amounts"] != PAPER:
        amounts = "".join(f"        {name}={value!r},\n" for name, value in given.items())
        scenarios = f"[\n    cakernel.ResourceScenario(\n{amounts}    )\n]"
    elif case.scenarios[0].valued:
        worth = "".join(f"        {name}={given[name]!r},\n" for name in VALUES)
        scenarios = (
            f"[\n    scenario.replace(\n{worth}    )\n    for scenario in "
            "cakernel.paper_scenarios()\n]"
        )
    return (
        f"# {settings_in_words(case.model)}\n"
        "import cakernel\n\n"
        f"model = cakernel.Model({_broken(model)})\n"
        f"policies = cakernel.policies({_broken(lists)})\n"
        f"scenarios = {scenarios}\n"
        "outcomes = cakernel.paired_outcomes(\n"
        "    model,\n    policies=policies,\n    scenarios=scenarios,\n"
        f"    replications={max(2, replications)},\n    seed={case.seed},\n)\n"
        f'print(cakernel.best(outcomes, outcome="mean_{setting["outcome"]}"))\n'
    )


def _broken(lines: str) -> str:
    return f"\n{lines}" if lines else ""


def _lists(case: Case) -> dict[str, list[str]]:
    """Return the rules and principles of which the policies are all combinations."""
    names = [names_of(policy) for policy in case.policies]
    parts = {"supply_rules": "supply_rule", "cyber_rules": "cyber_rule", "principles": "principle"}
    return {key: list(dict.fromkeys(name[part] for name in names)) for key, part in parts.items()}


def _toml(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value) if isinstance(value, str) else repr(value)
