"""`cakernel trace`: one replication's history, written to a file and drawn over time."""

from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.text import Text

from cakernel.cli.options import OverwriteFile
from cakernel.cli.output import check_out_file
from cakernel.errors import InvalidInput
from cakernel.files import write_whole
from cakernel.recovery.cli.setups import (
    FileSeed,
    RegimeName,
    ScenarioArgument,
    ScenarioIndex,
    setup,
)
from cakernel.recovery.policy import Policy, names_of

# high, medium, low tell apart by height, so that they show without colour
BLOCKS = ("▁", "▄", "█")
STYLES = ("red", "yellow", "green")
LABEL_WIDTH = 15


def trace_command(
    scenario: ScenarioArgument = None,
    regime: RegimeName = "base",
    convention: Annotated[str, typer.Option(help="published or text.")] = "published",
    supply_rule: Annotated[str | None, typer.Option(help="SRD-1 to SRD-8, none.")] = None,
    cyber_rule: Annotated[str | None, typer.Option(help="CRD-0 to CRD-6, none.")] = None,
    principle: Annotated[str | None, typer.Option(help="P or C.")] = None,
    scenario_index: ScenarioIndex = 0,
    replication: Annotated[int, typer.Option(help="Which replication, from 0.")] = 0,
    seed: FileSeed = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the history, .parquet or .csv.")
    ] = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Run one replication again and show the states of all firms over time.

    It is the replication that `run` or `reproduce` had with the same seed, resource scenario and
    number. In a scenario file the first policy with the rules asked for is traced.
    """
    if out is not None:
        if out.suffix not in (".parquet", ".csv"):
            raise InvalidInput(f"--out: got {out}; must end in .parquet or .csv")
        check_out_file(out, overwrite=overwrite)
    chosen = setup(scenario, regime, convention, scenario_index=scenario_index, seed=seed)
    asked = {"supply_rule": supply_rule, "cyber_rule": cyber_rule, "principle": principle}
    policy = _policy(chosen.listed, {name: value for name, value in asked.items() if value})
    history = chosen.history(policy, replication)
    console = Console()
    console.print(
        f"{policy}, resource scenario {scenario_index}, replication {replication}, "
        f"seed {chosen.seed}"
    )
    console.print(drawing(history, console.width), no_wrap=True, crop=True)
    if out is not None:
        write = history.write_parquet if out.suffix == ".parquet" else history.write_csv
        write_whole(out, write, durable=False)
        print(f"wrote {out}")


def _policy(listed: list[Policy] | None, wanted: dict[str, str]) -> Policy:
    """Return the first listed policy that has what is asked for; make it where none is listed."""
    if listed is None:
        return Policy(**({"supply_rule": "SRD-5", "cyber_rule": "CRD-5"} | wanted))  # type: ignore[arg-type]
    for policy in listed:
        if wanted.items() <= names_of(policy).items():
            return policy
    asked_for = ", ".join(f"{field} {value}" for field, value in wanted.items())
    raise InvalidInput(f"policy: the scenario file lists none with {asked_for}")


def drawing(history: pl.DataFrame, width: int) -> Text:
    """Draw what `cakernel.trace` returns: a line a firm, broken at ``width``, a column a period."""
    shape = history.select(pl.col("period", "chain", "firm").max()).row(0)
    columns = max(10, width - LABEL_WIDTH)
    text = Text("high █  medium ▄  low ▁\n")
    for name, title in (("x", "operational states x"), ("y", "intangibles states y")):
        states = history[name].to_numpy().reshape(shape)
        for first in range(0, shape[0], columns):
            last = min(first + columns, shape[0])
            text.append(f"\n{title}, periods {first + 1} to {last}\n", style="bold")
            for chain, firm in np.ndindex(*shape[1:]):
                label = f"chain {chain + 1:>2} firm {firm + 1:<2}"
                text.append(label[:LABEL_WIDTH].ljust(LABEL_WIDTH))
                for state in states[first:last, chain, firm]:
                    text.append(BLOCKS[state], style=STYLES[state])
                text.append("\n")
    return text
