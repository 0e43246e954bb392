"""`cakernel reproduce`: the paper's tables from our own simulation, beside the printed figures."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console, RenderableType

from cakernel.cli.options import Overwrite, Replications, Seed, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.errors import Interrupted
from cakernel.paper.agreement import scorecard
from cakernel.paper.choices import CHAIN_SIZES, RISKS, figure_2, table_7
from cakernel.paper.comparison import compare, shared_row_mismatch
from cakernel.paper.terminal import (
    WIDTH,
    choices_panel,
    map_panel,
    scorecard_panel,
    table_panel,
)
from cakernel.provenance import provenance
from cakernel.recovery.cli.options import Convention
from cakernel.recovery.model import Model
from cakernel.recovery.policy import policies
from cakernel.recovery.regimes import REGIMES, regime, setting
from cakernel.recovery.scenario import paper_scenarios
from cakernel.recovery.simulation import simulate

MAP_PERIODS = 180


class Target(StrEnum):
    """What can be reproduced."""

    TABLE_3 = "table3"
    TABLE_4 = "table4"
    TABLE_5 = "table5"
    TABLE_6 = "table6"
    TABLE_7 = "table7"
    ALL = "all"


def reproduce(
    target: Annotated[Target, typer.Argument(help="A table of the paper, or all.")] = Target.ALL,
    replications: Replications = 200,
    seed: Seed = 1,
    convention: Annotated[
        Convention, typer.Option(help="What the printed tables imply, or what the text says.")
    ] = Convention.PUBLISHED,
    threads: Threads = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results, as Parquet and CSV.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Simulate the regimes of Chen and Chang (2021) and print their tables beside ours.

    Each regime is 576 resource scenarios by 104 policies. table3 to table6 simulate the regimes
    that the table prints; table7 simulates all seven, and the further combinations of risk and
    chain length of the map (Fig. 2).
    """
    folder = None if out is None else Folder(out, overwrite=overwrite)
    console = Console(quiet=as_json)
    console.width = max(console.width, WIDTH)
    report = _Report(folder, console)
    settings = {"replications": replications, "seed": seed, "threads": threads}
    try:
        for name in _regimes(target):
            report.under_way = name
            model = regime(name, convention=convention)
            report.regime(name, simulated_regime(name, model, settings), convention)
        report.scorecard(convention)
        if target in (Target.TABLE_7, Target.ALL):
            report.choices()
            report.under_way = "map"
            report.map(simulated_map(convention, settings, known=report.tables))
    except Interrupted as stopped:
        report.interrupted(stopped)
        raise typer.Exit(130) from None
    finally:
        report.close(provenance("recovery", target=target, convention=convention, **settings))
        if as_json:
            print(json.dumps(report.results))
    if out is not None:
        console.print(f"wrote {out}")


def _regimes(target: Target) -> list[str]:
    """Return the regimes that a target needs, in the paper's order."""
    tables = {"table3": (3,), "table4": (4,), "table5": (5,), "table6": (6,)}
    wanted = tables.get(target, (3, 4, 5, 6))
    return [name for name, found in REGIMES.items() if found.table in wanted]


def simulated_regime(name: str, model: Model, settings: dict[str, Any]) -> pl.DataFrame:
    """Simulate the paper's policies and resource scenarios, with a progress bar of that name."""
    with progress_bar(name) as progress:
        return simulate(
            model, policies=policies(), scenarios=paper_scenarios(), progress=progress, **settings
        )


def simulated_map(
    convention: str, settings: dict[str, Any], *, known: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return the nine combinations of risk and chain length; simulate those not yet known."""
    printed = {(r.risk, r.firms): name for name, r in REGIMES.items() if r.periods == MAP_PERIODS}
    parts = []
    for risk in RISKS:
        for firms in CHAIN_SIZES:
            part = known.get(printed.get((risk, firms), ""))
            if part is None:
                model = setting(risk=risk, firms=firms, periods=MAP_PERIODS, convention=convention)
                part = simulated_regime(f"risk {risk}, N = {firms}", model, settings)
            labels = (pl.lit(risk).alias("risk"), pl.lit(firms, pl.Int64).alias("firms"))
            parts.append(part.select(*labels, pl.all()))
    return pl.concat(parts)


class _Report:
    """What is printed, written and, for --json, gathered, as soon as it is there."""

    def __init__(self, folder: Folder | None, console: Console) -> None:
        self.folder = folder
        self.console = console
        self.tables: dict[str, pl.DataFrame] = {}
        self.results: dict[str, Any] = {"regimes": {}}
        self.under_way = ""

    def regime(self, name: str, table: pl.DataFrame, convention: str) -> None:
        self.tables[name] = table
        self.results["regimes"][name] = table.to_dicts()
        self._write(name, table)
        self._show(table_panel(table, name, note=f"convention: {convention}"))

    def scorecard(self, convention: str) -> None:
        simulated = self.simulated()
        comparison = compare(simulated)
        shared_row = shared_row_mismatch(simulated)
        card = scorecard(comparison, shared_row=shared_row)
        self.results["scorecard"] = card.as_dict()
        self._write("comparison", comparison)
        self._write("shared_row", shared_row)
        if self.folder is not None:
            self.folder.record("scorecard", card.as_dict())
        self._show(scorecard_panel(comparison, shared_row))
        self.console.print(f"convention: {convention}\n")

    def choices(self) -> None:
        table = table_7(self.simulated())
        self.results["table_7"] = table.to_dicts()
        self._write("table_7", table)
        self._show(choices_panel(table))

    def map(self, simulated: pl.DataFrame) -> None:
        figure = figure_2(simulated)
        self.results["figure_2"] = figure.to_dicts()
        self._write("map", simulated)
        self._write("figure_2", figure)
        self._show(map_panel(figure))

    def simulated(self) -> pl.DataFrame:
        return pl.concat(
            table.select(pl.lit(name).alias("regime"), pl.all())
            for name, table in self.tables.items()
        )

    def interrupted(self, stopped: Interrupted) -> None:
        """Say what was kept; what the regime under way had finished is written, too."""
        self.results["interrupted"] = True
        whole = ", ".join(self.tables) or "none"
        self.console.print(f"interrupted; regimes simulated whole: {whole}")
        if stopped.partial is None or self.under_way == "map":
            return
        self.results["partial"] = {self.under_way: stopped.partial.to_dicts()}
        self._write(f"{self.under_way}.partial", stopped.partial)
        kept = f"; kept in {self.under_way}.partial" if self.folder is not None else ""
        self.console.print(f"{self.under_way}: {stopped.replications} replications finished{kept}")

    def close(self, record: dict[str, Any]) -> None:
        self.results["provenance"] = record
        if self.folder is not None:
            self.folder.record("provenance", record)

    def _write(self, name: str, table: pl.DataFrame) -> None:
        if self.folder is not None:
            self.folder.table(name, table)

    def _show(self, panel: RenderableType) -> None:
        self.console.print(panel, "")
