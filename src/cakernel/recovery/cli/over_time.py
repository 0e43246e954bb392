"""`cakernel history` writes states and resources over time as data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cakernel.cli.options import Json, Overwrite
from cakernel.errors import Interrupted
from cakernel.recovery.cli.options import (
    PLOTTED,
    FileSeed,
    PartsOption,
    Policies,
    RegimeConvention,
    RegimeName,
    ScenarioIndex,
    ScenarioOrNetwork,
)

if TYPE_CHECKING:
    import polars as pl

    from cakernel.cli.tables import FittedTable

DAYS_SHOWN = 6


def history_command(
    out: Annotated[Path, typer.Option(help="Folder for results, as Parquet and CSV.")],
    scenario: ScenarioOrNetwork = None,
    regime: RegimeName = None,
    convention: RegimeConvention = None,
    policy: Policies = None,
    scenario_index: ScenarioIndex = 0,
    replications: Annotated[int, typer.Option(help="Replications to trace.")] = 100,
    spread: Annotated[
        Literal["replications", "firms"],
        typer.Option(help="What quantiles are of: replications (means over firms) or firms."),
    ] = "replications",
    by: PartsOption = "all",
    seed: FileSeed = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write states and resources over time: means and quantiles over replications.

    Writes over_time.parquet and .csv (one row a policy, quantity and day) and provenance.json.
    """
    from cakernel.cli.output import Results, progress_bar
    from cakernel.provenance import provenance
    from cakernel.recovery.cli.setups import setup
    from cakernel.recovery.over_time import history
    from cakernel.recovery.terms import settings_in_words
    from cakernel.wording import counted

    chosen = setup(scenario, regime, convention, scenario_index=scenario_index, seed=seed,
                   networks=True)  # fmt: skip
    policies = chosen.policies(policy, default=PLOTTED)
    results = Results(out, overwrite=overwrite, as_json=as_json)
    interrupted = ""
    try:
        with progress_bar("histories") as progress:
            rows = history(
                chosen.file.simulated,
                policies=policies,
                scenario=chosen.scenario,
                replications=replications,
                seed=chosen.seed,
                scenario_index=scenario_index,
                spread=spread,
                by=by,
                **chosen.file.horizon,
                progress=progress,
            )
    except Interrupted as stopped:
        rows = stopped.kept()
        # a policy may be asked for twice
        each = rows.select({"of", "quantity", "period"}.intersection(rows.columns)).n_unique()
        kept, asked = rows.height // each, counted(len(policies), "policy", "policies")
        interrupted = f"interrupted; kept {kept} of {asked}"
        if stopped.replications < replications:
            interrupted += f", {stopped.replications:,} of {replications:,} replications"
        policies, replications = policies[:kept], stopped.replications
    of_network = chosen.file.network is not None
    told = chosen.note if of_network else settings_in_words(chosen.file.model)
    results.show(told, "", over_time_table(rows, replications))
    results.keep({"over_time": rows})
    record = provenance(
        "recovery",
        **({"network": str(scenario)} if of_network else {"model": chosen.file.model.model_dump()}),
        policies=[str(policy) for policy in policies],
        scenario=chosen.scenario.model_dump(),
        scenario_index=scenario_index,
        replications=replications,
        spread=spread,
        by=by,
        seed=chosen.seed,
    )
    results.conclude(record, answer={"over_time": rows.to_dicts()}, interrupted=interrupted)


def over_time_table(rows: "pl.DataFrame", replications: int) -> "FittedTable":
    """Lay out some of the days of what `cakernel.history` returns."""
    import polars as pl

    from cakernel.cli.tables import FittedTable
    from cakernel.ranking.pairing import policy_name
    from cakernel.recovery.policy import POLICY
    from cakernel.wording import counted, written

    last = rows["period"].max()
    assert isinstance(last, int)
    days = sorted({max(1, round(last * part / DAYS_SHOWN)) for part in range(DAYS_SHOWN + 1)})
    table = FittedTable(
        title=f"over time, {counted(replications, 'replication')}: mean (5% to 95% quantile)",
        caption="x, y: operational and intangibles state, 0 low to 2 high; R: resources. All days "
        "are in the files.",
        keys=2,
    )
    table.add_column("policy", no_wrap=True)
    table.add_column("day", justify="right", no_wrap=True)
    for head in ("x", "y", "R"):
        table.add_column(head, justify="right", no_wrap=True)
    shown = rows.filter(pl.col("period").is_in(days))
    parts = ["of"] if "of" in rows.columns else []
    for policy in shown.partition_by(*POLICY, *parts, maintain_order=True):
        names = policy_name([policy[name][0] for name in POLICY])
        names = ", ".join([names, *(policy[name][0] for name in parts)])
        quantities = {
            name: part for (name,), part in policy.partition_by("quantity", as_dict=True).items()
        }
        cells = []
        for name, part in quantities.items():
            style = f".{1 if name == 'resources' else 2}f"
            figures = part.select("mean", "quantile_5", "quantile_95").iter_rows()
            cells.append(
                [
                    "{} ({} to {})".format(*(written(number, style=style) for number in three))
                    for three in figures
                ]
            )
        for day, *three in zip(quantities["x"]["period"], *cells, strict=True):
            table.add_row(names, f"{day:,}", *three)
    return table
