"""`cakernel reproduce`: the paper's tables beside our simulation; and `cakernel plot` of both."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from cakernel.cli.options import Device, Json, Out, Overwrite, Replications, Seed, Threads
from cakernel.errors import Interrupted
from cakernel.paper.cli.options import Without
from cakernel.recovery.cli.options import Convention, ConventionOption
from cakernel.wording import counted


class PaperTable(StrEnum):
    """What can be reproduced."""

    TABLE_3 = "table3"
    TABLE_4 = "table4"
    TABLE_5 = "table5"
    TABLE_6 = "table6"
    TABLE_7 = "table7"
    ALL = "all"


def reproduce_command(
    table: Annotated[
        PaperTable, typer.Argument(help="A table of the paper, or all.")
    ] = PaperTable.ALL,
    replications: Replications = 200,
    seed: Seed = 1,
    convention: ConventionOption = Convention.PUBLISHED,
    without: Without = None,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Simulate the regimes of Chen and Chang (2021) and print their tables beside ours.

    Each regime is 576 resource scenarios by 104 policies. table3 to table6 simulate the regimes
    that the table prints; table7 simulates all seven, and the further combinations of risk and
    chain length of the map (Fig. 2).

    Under the published convention three rows follow the rules that the printed figures imply, not
    those of Table 1: SRD-4 at the ends of chains, CRD-3 and CRD-4 as CRD-1, and CRD-6 under C as
    under P.
    """
    import polars as pl

    from cakernel.cli.output import Results
    from cakernel.paper.agreement import scorecard
    from cakernel.paper.choices import figure_2, table_7
    from cakernel.paper.cli.simulated import simulated_map, simulated_regime
    from cakernel.paper.comparison import compare
    from cakernel.paper.printed_rules import as_printed, check_deviations, note_of
    from cakernel.paper.terminal import (
        choices_panel,
        map_panel,
        scorecard_panel,
        table_panel,
    )
    from cakernel.paper.with_and_without import explained
    from cakernel.provenance import provenance
    from cakernel.recovery.model import regime

    deviations = check_deviations(without or (), convention=convention)
    note = f"convention: {convention}; {note_of(deviations)}"
    results = Results(out, overwrite=overwrite, as_json=as_json)
    settings = {"replications": replications, "seed": seed, "threads": threads}
    # what was simulated, and the same as printed
    raw: dict[str, pl.DataFrame] = {}
    finished: dict[str, pl.DataFrame] = {}
    answer: dict[str, Any] = {"regimes": {}}
    under_way = interrupted = ""
    try:
        for under_way in _regimes(table):
            model = regime(under_way, convention=convention)
            raw[under_way] = simulated_regime(under_way, model, settings)
            rows = finished[under_way] = as_printed(raw[under_way], deviations=deviations)
            answer["regimes"][under_way] = rows.to_dicts()
            results.keep({under_way: rows})
            results.show(table_panel(rows, under_way, note=note), "")
        simulated = pl.concat(
            rows.select(pl.lit(name).alias("regime"), pl.all()) for name, rows in finished.items()
        )
        comparison = compare(simulated)
        parts = explained(raw) if convention == Convention.PUBLISHED else None
        card = scorecard(comparison, deviations=deviations, explained=parts)
        answer["scorecard"] = card.as_dict()
        results.keep({"comparison": comparison} | ({} if parts is None else {"explained": parts}))
        results.keep_record("scorecard", card.as_dict())
        results.show(scorecard_panel(comparison, parts), "", f"{note}\n")
        if table in (PaperTable.TABLE_7, PaperTable.ALL):
            choices = table_7(simulated)
            answer["table_7"] = choices.to_dicts()
            results.keep({"table_7": choices})
            results.show(choices_panel(choices), "")
            under_way = "map"
            of_map = simulated_map(convention, settings, deviations=deviations, known=finished)
            figure = figure_2(of_map)
            answer["figure_2"] = figure.to_dicts()
            results.keep({"map": of_map, "figure_2": figure})
            results.show(map_panel(figure), "")
    except KeyboardInterrupt as stopped:
        answer["interrupted"] = True
        interrupted = f"interrupted; regimes simulated whole: {', '.join(finished) or 'none'}"
        if isinstance(stopped, Interrupted) and stopped.partial is not None and under_way != "map":
            partial = as_printed(stopped.partial, deviations=deviations)
            answer["partial"] = {under_way: partial.to_dicts()}
            results.keep({f"{under_way}.partial": partial})
            kept = "" if out is None else f"; kept in {under_way}.partial"
            interrupted += (
                f"\n{under_way}: {counted(stopped.replications, 'replication')} finished{kept}"
            )
    record = provenance(
        "recovery", target=table, convention=convention, deviations=deviations, **settings
    )
    results.conclude(record, answer=answer, interrupted=interrupted)


def _regimes(table: PaperTable) -> list[str]:
    """Return the regimes that a table needs, in the paper's order."""
    from cakernel.recovery.model import REGIMES

    tables = {"table3": (3,), "table4": (4,), "table5": (5,), "table6": (6,)}
    wanted = tables.get(table, (3, 4, 5, 6))
    return [name for name, found in REGIMES.items() if found.table in wanted]
