"""`cakernel trace`: one replication's history, written to a file and drawn over time."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cakernel.errors import InvalidInput
from cakernel.recovery.cli.drawing import drawing
from cakernel.recovery.policy import Policy
from cakernel.recovery.regimes import regime as named_regime
from cakernel.recovery.scenario import paper_scenarios
from cakernel.recovery.scenario_file import ScenarioFile, Settings, read_scenario_file
from cakernel.recovery.tracing import trace as trace_replication


def trace(
    scenario: Annotated[
        Path | None,
        typer.Argument(help="A scenario file; without one, a regime of the paper is traced."),
    ] = None,
    regime: Annotated[str, typer.Option(help="The paper's regime.")] = "base",
    convention: Annotated[str, typer.Option(help="published or text.")] = "published",
    supply_rule: Annotated[str | None, typer.Option(help="SRD-1 to SRD-8, none.")] = None,
    cyber_rule: Annotated[str | None, typer.Option(help="CRD-0 to CRD-6, none.")] = None,
    principle: Annotated[str | None, typer.Option(help="P or C.")] = None,
    scenario_index: Annotated[int, typer.Option(help="Which resource scenario, from 0.")] = 0,
    replication: Annotated[int, typer.Option(help="Which replication, from 0.")] = 0,
    seed: Annotated[
        int | None, typer.Option(help="Seed.", show_default="the scenario file's, else 1")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the history, .parquet or .csv.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Run one replication again and show the states of all firms over time.

    It is the replication that `run` or `reproduce` had with the same seed, resource scenario and
    number. In a scenario file the first policy with the rules asked for is traced.
    """
    if out is not None:
        if out.suffix not in (".parquet", ".csv"):
            raise InvalidInput(f"--out: got {out}; must end in .parquet or .csv")
        if out.exists() and not overwrite:
            raise InvalidInput(f"--out: {out} exists; name another file, or say --overwrite")
    described = _paper(regime, convention) if scenario is None else read_scenario_file(scenario)
    if not 0 <= scenario_index < len(described.scenarios):
        raise InvalidInput(
            f"scenario_index: got {scenario_index}; must be a whole number from 0 to "
            f"{len(described.scenarios) - 1}"
        )
    seed = described.settings.seed if seed is None else seed
    asked = {"supply_rule": supply_rule, "cyber_rule": cyber_rule, "principle": principle}
    policy = _policy(described.policies, asked)
    history = trace_replication(
        described.model,
        policy=policy,
        scenario=described.scenarios[scenario_index],
        seed=seed,
        replication=replication,
        scenario_index=scenario_index,
    )
    console = Console()
    console.print(
        f"{policy}, resource scenario {scenario_index}, replication {replication}, seed {seed}"
    )
    console.print(drawing(history, console.width), no_wrap=True, crop=True)
    if out is not None:
        write = history.write_parquet if out.suffix == ".parquet" else history.write_csv
        write(out)
        print(f"wrote {out}")


def _paper(regime: str, convention: str) -> ScenarioFile:
    """Describe a regime of the paper as a scenario file would; its policies are made on demand."""
    return ScenarioFile(
        Settings(), named_regime(regime, convention=convention), [], paper_scenarios()
    )


def _policy(listed: list[Policy], asked: dict[str, str | None]) -> Policy:
    """Return the first listed policy that has what is asked for; make it where none is listed."""
    wanted = {field: value for field, value in asked.items() if value is not None}
    if not listed:
        return Policy(**({"supply_rule": "SRD-5", "cyber_rule": "CRD-5"} | wanted))  # type: ignore[arg-type]
    for policy in listed:
        names = {
            "supply_rule": policy.supply_rule.name,
            "cyber_rule": policy.cyber_rule.name,
            "principle": policy.principle,
        }
        if wanted.items() <= names.items():
            return policy
    asked_for = ", ".join(f"{field} {value}" for field, value in wanted.items())
    raise InvalidInput(f"policy: the scenario file lists none with {asked_for}")
