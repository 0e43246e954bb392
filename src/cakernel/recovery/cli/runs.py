"""`cakernel run` and `trace` simulate; `cakernel rule` writes a rule to start one's own from."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from cakernel.cli.options import Overwrite, OverwriteFile, Threads
from cakernel.cli.output import Results, check_out_file, progress_bar, refuse_existing
from cakernel.errors import Interrupted, InvalidInput
from cakernel.files import ending, write_whole
from cakernel.provenance import provenance
from cakernel.recovery.cli.setups import (
    FileSeed,
    RegimeName,
    ScenarioArgument,
    ScenarioIndex,
    setup,
)
from cakernel.recovery.input_files import read_scenario_file, rule_frame
from cakernel.recovery.outcomes import names_in, over_scenarios
from cakernel.recovery.policy import POLICY, POLICY_PARTS, Policy, names_of
from cakernel.recovery.quantum import arithmetic
from cakernel.recovery.rules import rule as named_rule
from cakernel.recovery.simulation import simulate

ROWS_SHOWN = 20
# title, outcome and digits of a column
SHOWN = (
    ("mean x", "x", 3),
    ("mean y", "y", 3),
    ("mean R", "resources", 2),
    ("mean value", "value", 2),
)
# high, medium, low tell apart by height, so that they show without colour
BLOCKS = ("▁", "▄", "█")
STYLES = ("red", "yellow", "green")
LABEL_WIDTH = 15


def run_command(
    scenario: Annotated[Path, typer.Argument(help="A scenario file; `cakernel init` writes one.")],
    out: Annotated[Path, typer.Option(help="Folder for results, as Parquet and CSV.")],
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Simulate the scenario file's model, policies and resource scenarios.

    Writes policies.parquet and .csv (one row a policy), scenarios.parquet and .csv (one row a
    policy and resource scenario) and provenance.json.
    """
    described = read_scenario_file(scenario)
    results = Results(out, overwrite=overwrite)
    interrupted = ""
    try:
        with progress_bar(scenario.name) as progress:
            rows = simulate(
                described.model,
                policies=described.policies,
                scenarios=described.scenarios,
                replications=described.settings.replications,
                seed=described.settings.seed,
                threads=threads,
                by="scenario",
                progress=progress,
            )
    except Interrupted as stopped:
        if stopped.partial is None:
            raise
        rows = stopped.partial
        interrupted = (
            f"interrupted; kept {stopped.replications} of {described.settings.replications} "
            f"replications of every policy and scenario in {out}"
        )
    by_policy = over_scenarios(rows)
    counted = Counter(arithmetic(described.model, described.scenarios))
    results.show(result_table(by_policy))
    for numbers, scenarios in counted.items():
        results.show(f"resources of {scenarios} resource scenarios: {numbers}")
    results.keep({"scenarios": rows, "policies": by_policy})
    record = provenance(
        "recovery",
        model=described.model.model_dump(),
        policies=[str(policy) for policy in described.policies],
        scenarios=[scenario.given for scenario in described.scenarios],
        seed=described.settings.seed,
        replications=rows["replications"][0],
        arithmetic=counted,
    )
    results.conclude(record, interrupted=interrupted)


def result_table(by_policy: pl.DataFrame) -> Table:
    """Lay out means with standard errors, the highest resources first."""
    ranked = by_policy.sort("mean_resources", descending=True)
    told = f"the first {ROWS_SHOWN} of {ranked.height} policies"
    table = Table(
        *(Column(words, overflow="fold") for words in POLICY_PARTS.values()),
        title="highest resources first; standard errors in brackets",
        caption=told if ranked.height > ROWS_SHOWN else None,
        box=box.SIMPLE_HEAD,
    )
    shown = [column for column in SHOWN if column[1] in names_in(by_policy.columns)]
    for title, _, _ in shown:
        table.add_column(title, justify="right", no_wrap=True)
    for row in ranked.head(ROWS_SHOWN).iter_rows(named=True):
        figures = (_with_error(row[f"mean_{n}"], row[f"se_{n}"], digits) for _, n, digits in shown)
        table.add_row(*(row[name] for name in POLICY), *figures)
    return table


def _with_error(mean: float, error: float | None, digits: int) -> str:
    return f"{mean:.{digits}f}" if error is None else f"{mean:.{digits}f} ({error:.{digits}f})"


def rule_command(
    name: Annotated[
        str, typer.Argument(help="A built-in rule, such as SRD-4, CRD-5 or SRD-5@4/12.")
    ],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
) -> None:
    """Write a built-in rule as a table of targets, to be edited into a rule of your own.

    The columns are the firm's own state, those of its neighbours upstream, downstream, in the
    previous and in the next chain (3 = there is none), and the target; of a rule with cutoffs also
    cutoff, the least periods that must remain to leave the own state.
    """
    found = named_rule("cyber" if name.startswith("CRD") else "supply", name)
    refuse_existing(out)
    write_whole(out, rule_frame(found).write_csv().encode())
    print(f"wrote {out}; name it in a section [[rules]] of a scenario file")


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
        if ending(out) not in (".parquet", ".csv"):
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
        write = history.write_parquet if ending(out) == ".parquet" else history.write_csv
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
