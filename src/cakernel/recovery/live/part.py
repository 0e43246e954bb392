"""`explore`: the recovery model on a live page."""

from collections.abc import Sequence
from typing import Annotated, Any

from cakernel.arguments import checked_arguments
from cakernel.checks import Seed, Whole
from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.live.fields import Setting, Several, defaults, fields_of
from cakernel.live.part import Part
from cakernel.recovery.live.answers import RecoveryAnswers
from cakernel.recovery.live.case import model_of
from cakernel.recovery.live.fields import FIELDS, GROUPS, amounts_of
from cakernel.recovery.live.histories import COURSES
from cakernel.recovery.live.take_away import python_code, scenario_file
from cakernel.recovery.model import Model
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.terms import settings_in_words


def recovery_part(
    model: Model,
    *,
    policies: Sequence[Policy] | None = None,
    scenario: ResourceScenario | None = None,
    seed: int = 1,
) -> Part:
    """Return the recovery model's part of the live page, which starts with what is given."""
    start = defaults(FIELDS) | (_rules_of(policies) if policies else {})
    start |= {name: _as_field(start[name], value) for name, value in model.model_dump().items()}
    start |= {"seed": seed} | (amounts_of(scenario) if scenario else {})
    return Part(
        title="How fast should firms rebuild?",
        groups=FIELDS,
        start=start,
        new_answers=RecoveryAnswers,
        in_words=_in_words,
        files={"scenario.toml": scenario_file, "explored.py": python_code},
        keys=POLICY,
        model="recovery",
        courses=list(COURSES.values()),
    )


@checked_arguments
def explore(
    model: Model | None = None,
    *,
    policies: Sequence[Policy] | None = None,
    scenario: ResourceScenario | None = None,
    seed: Seed = 1,
    port: Annotated[int, Whole(0, 65535)] = 0,
) -> Any:
    """Explore a model on a live page: in a notebook it shows itself, elsewhere it is served.

    The page ranks policies while its fields are moved, and refines the answer while nothing moves.
    It is served on 127.0.0.1 alone, at an address with a token, which is printed; Ctrl-C ends it.

    Parameters
    ----------
    model : Model, optional
        What the fields start with; by default the paper's base case.
    policies : sequence of Policy, optional
        Whose rules are compared at the start: built-in ones, in all combinations; by default the
        paper's.
    scenario : ResourceScenario, optional
        Gains, costs and the worth of final states at the start; by default the first of
        `cakernel.paper_scenarios`.
    seed : int, default 1
        Key of the random numbers at the start, 0 to 2^64 - 1.
    port : int, default 0
        Where to serve, 0 to 65,535; 0 for any that is free.

    Returns
    -------
    panel.viewable.Viewable or None
        In a notebook what it shows; elsewhere nothing, once it was interrupted.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, a rule is not built in or has cutoffs, the port is
        taken, or Panel is not installed.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> import cakernel
    >>> shorter = cakernel.Model(firms=3)
    >>> cakernel.explore(shorter)  # doctest: +SKIP
    The live page is at http://127.0.0.1:40713/?token=... (Ctrl-C ends it)
    """
    library("panel", extra="explore", what="explore")
    # imported here: all else starts without this library
    from cakernel.live.notebook import shown_page
    from cakernel.live.server import LiveServer
    from cakernel.notebook import in_notebook

    part = recovery_part(model or Model(), policies=policies, scenario=scenario, seed=seed)
    if in_notebook():
        return shown_page(part)
    server = LiveServer(part, port)
    print(f"The live page is at {server.url} (Ctrl-C ends it)", flush=True)
    server.run()
    return None


def _rules_of(policies: Sequence[Policy]) -> Setting:
    """Return the fields for the rules and principles of some policies, which must be built in."""
    names = [names_of(policy) for policy in policies]
    fields = fields_of(FIELDS)
    start: Setting = {}
    for part in ("supply_rule", "cyber_rule"):
        field = fields[f"{part}s"]
        assert isinstance(field, Several)
        listed = {name[part] for name in names}
        start[field.name] = tuple(value for value in field.options if value in listed)
        for own in sorted(listed.difference(field.options)):
            raise InvalidInput(
                f"{field.name}: got {own}; on the live page, without own rules and cutoffs, they "
                f"must be of {', '.join(field.options)}; cakernel best takes any"
            )
    principles = {name["principle"] for name in names}
    start["principles"] = "PC" if len(principles) > 1 else principles.pop()
    if all(policy.cyber_rule.on_site for policy in policies):
        start["compared"] = GROUPS[1]
    return start


def _as_field(default: Any, value: Any) -> Any:
    """Return a value of the model as its field has it: of choices, as text."""
    return str(value) if isinstance(default, str) else value


def _in_words(setting: Setting) -> str:
    return settings_in_words(model_of(setting))
