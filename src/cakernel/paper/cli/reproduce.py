"""`cakernel reproduce`: the paper's tables beside our simulation; and `cakernel plot` of both."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from itertools import product
from typing import Annotated, Any

import polars as pl
import typer

from cakernel.cli.options import Json, Out, Overwrite, OverwriteFile, Replications, Seed, Threads
from cakernel.cli.output import Results, progress_bar
from cakernel.cli.plot import From, PictureFile, PictureOut, Scale, read_results
from cakernel.cli.plot import note_of as note_of_folder
from cakernel.errors import Interrupted
from cakernel.paper.agreement import scorecard
from cakernel.paper.choices import CHAIN_SIZES, MAP_PERIODS, RISKS, figure_2, table_7
from cakernel.paper.comparison import compare
from cakernel.paper.printed_rules import (
    DEVIATIONS,
    as_printed,
    check_deviations,
    note_of,
    with_printed_rules,
)
from cakernel.paper.terminal import choices_panel, map_panel, scorecard_panel, table_panel
from cakernel.paper.with_and_without import explained
from cakernel.provenance import provenance
from cakernel.recovery.cli.setups import Convention
from cakernel.recovery.model import REGIMES, Model, regime, setting
from cakernel.recovery.policy import policies
from cakernel.recovery.scenario import paper_scenarios
from cakernel.recovery.simulation import simulate


class PaperTable(StrEnum):
    """What can be reproduced."""

    TABLE_3 = "table3"
    TABLE_4 = "table4"
    TABLE_5 = "table5"
    TABLE_6 = "table6"
    TABLE_7 = "table7"
    ALL = "all"


Without = Annotated[
    list[str] | None,
    typer.Option(
        help="Switch off a deviation of printed rows from Table 1, may be repeated: "
        f"{', '.join(DEVIATIONS)}.",
        show_default="none",
    ),
]


def reproduce_command(
    table: Annotated[
        PaperTable, typer.Argument(help="A table of the paper, or all.")
    ] = PaperTable.ALL,
    replications: Replications = 200,
    seed: Seed = 1,
    convention: Annotated[
        Convention, typer.Option(help="What the printed tables imply, or what the text says.")
    ] = Convention.PUBLISHED,
    without: Without = None,
    threads: Threads = None,
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
            interrupted += f"\n{under_way}: {stopped.replications} replications finished{kept}"
    record = provenance(
        "recovery", target=table, convention=convention, deviations=deviations, **settings
    )
    results.conclude(record, answer=answer, interrupted=interrupted)


def _regimes(table: PaperTable) -> list[str]:
    """Return the regimes that a table needs, in the paper's order."""
    tables = {"table3": (3,), "table4": (4,), "table5": (5,), "table6": (6,)}
    wanted = tables.get(table, (3, 4, 5, 6))
    return [name for name, found in REGIMES.items() if found.table in wanted]


def simulated_regime(name: str, model: Model, settings: dict[str, Any]) -> pl.DataFrame:
    """Simulate the paper's policies `with_printed_rules`, with a progress bar of that name."""
    with progress_bar(name) as progress:
        return simulate(
            model,
            policies=with_printed_rules(policies()),
            scenarios=paper_scenarios(),
            progress=progress,
            **settings,
        )


def simulated_map(
    convention: str,
    settings: dict[str, Any],
    *,
    deviations: Collection[str],
    known: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return the nine combinations of risk and chain length; simulate those not yet known."""
    printed = {(r.risk, r.firms): name for name, r in REGIMES.items() if r.periods == MAP_PERIODS}
    parts = []
    for risk, firms in product(RISKS, CHAIN_SIZES):
        part = known.get(printed.get((risk, firms), ""))
        if part is None:
            model = setting(risk=risk, firms=firms, periods=MAP_PERIODS, convention=convention)
            raw = simulated_regime(f"risk {risk}, N = {firms}", model, settings)
            part = as_printed(raw, deviations=deviations)
        labels = (pl.lit(risk).alias("risk"), pl.lit(firms, pl.Int64).alias("firms"))
        parts.append(part.select(*labels, pl.all()))
    return pl.concat(parts)


def _told(convention: str, without: Collection[str] | None) -> str:
    """Name a convention, and the deviations that are switched off, for under a title."""
    return f"convention {convention}" + (f" without {', '.join(without)}" if without else "")


def speed_map(
    out: PictureOut,
    source: From = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: Convention = Convention.PUBLISHED,
    without: Without = None,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw the map of Fig. 2: best supply rules by supply risk and chain size."""
    deviations = check_deviations(without or (), convention=convention)
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.paper import pictures

    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        frame = simulated_map(convention, settings, deviations=deviations, known={})
        note = f"{_told(convention, without)}, seed {seed}"
    else:
        frame, note = read_results(source, "map"), note_of_folder(source)
    file.write(pictures.recommended_speed_map(frame, note=note))


def agreement(
    out: PictureOut,
    source: From = None,
    regimes: Annotated[
        list[str] | None,
        typer.Option("--regime", help="May be repeated.", show_default="all seven"),
    ] = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: Convention = Convention.PUBLISHED,
    without: Without = None,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw simulated figures against the printed ones of Tables 3 to 6."""
    deviations = check_deviations(without or (), convention=convention)
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.paper import pictures

    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        # an unknown regime is refused before the first is simulated
        models = {name: regime(name, convention=convention) for name in regimes or REGIMES}
        frame = compare(
            pl.concat(
                as_printed(
                    simulated_regime(name, model, settings), deviations=deviations
                ).with_columns(regime=pl.lit(name))
                for name, model in models.items()
            )
        )
        note = f"{_told(convention, without)}, seed {seed}"
    else:
        frame, note = read_results(source, "comparison"), note_of_folder(source)
    file.write(pictures.agreement(frame, note=note))
