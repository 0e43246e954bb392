"""`cakernel sensitivity`, `rules` and `stability`: what a sweep says."""

import json
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console

from cakernel.cli.map_drawing import map_drawing
from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.cli.sensitivity_tables import index_table, rules_table
from cakernel.cli.sweep_bar import sweep_bar
from cakernel.errors import InvalidInput
from cakernel.sensitivity.indices import sensitivity_indices
from cakernel.sensitivity.response import MARGIN
from cakernel.sensitivity.rule_induction import decision_rules
from cakernel.sensitivity.sentences import indices_in_words, map_in_words, rules_in_words
from cakernel.sensitivity.stability import stability_map
from cakernel.sweep.axis import Levels
from cakernel.sweep.results import open_sweep
from cakernel.sweep.sweep_file import read_sweep_file

LEAST_WIDTH = 100

Results = Annotated[Path, typer.Argument(help="Folder of a sweep.")]
Out = Annotated[Path | None, typer.Option(help="Folder for tables, as Parquet and CSV.")]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Seed = Annotated[int, typer.Option(help="Seed of resampling, apart from the sweep's.")]
Confidence = Annotated[float, typer.Option(help="Of the intervals.")]
Choice = Annotated[
    list[str] | None,
    typer.Option(help="Column that is chosen, once or more.", show_default="supply_rule"),
]
Where = Annotated[
    list[str] | None,
    typer.Option(help="Which policies count, such as cyber_rule=CRD-5; once or more."),
]
OutcomeColumn = Annotated[
    str | None,
    typer.Option(
        help="resources, x or y; of the coopetition model economic_welfare, total_profit, ...",
        show_default="resources, or economic_welfare",
    ),
]


def sensitivity(
    folder: Results,
    outcome: OutcomeColumn = None,
    policy: Annotated[
        str | None, typer.Option(help='A policy, such as "SRD-5 CRD-5 P", or words of its own.')
    ] = None,
    margin: Annotated[
        bool, typer.Option("--margin", help="Of the winner's lead in the default outcome instead.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(help="With --margin and --policy: over which policy.")
    ] = None,
    choice: Choice = None,
    where: Where = None,
    confidence: Confidence = 0.95,
    seed: Seed = 1,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Say how much each axis of a Saltelli or Morris sweep matters.

    Where points met disruptions of their own (common_random_numbers = false), the noise of
    finitely many replications is taken out of the indices.
    """
    if margin and outcome is not None:
        raise InvalidInput(f"--outcome: got {outcome}; must be left out with --margin")
    results = open_sweep(folder)
    found = sensitivity_indices(
        results,
        outcome=MARGIN if margin else outcome,
        policy=policy,
        against=against,
        choice=choice,
        where=_pairs(where),
        confidence=confidence,
        seed=seed,
    )
    words = indices_in_words(found)
    label = _labelled(results.label)
    _write(out, overwrite, {"indices": found}, label | {"words": words})
    if as_json:
        print(json.dumps({**label, "indices": found.to_dicts(), "words": words}, indent=2))
        return
    _show(index_table(found, confidence), words, label)


def rules(
    folder: Results,
    outcome: OutcomeColumn = None,
    choice: Choice = None,
    where: Where = None,
    depth: Annotated[int, typer.Option(help="Most conditions of a rule.")] = 3,
    seed: Seed = 1,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Say in rules when each supply rule wins, and what following them loses."""
    results = open_sweep(folder)
    found = decision_rules(
        results,
        outcome=outcome,
        choice=choice,
        where=_pairs(where),
        depth=depth,
        seed=seed,
    )
    lines = rules_in_words(found)
    label = _labelled(results.label)
    _write(out, overwrite, {"rules": found.rules}, label | {"words": "\n".join(lines)})
    if as_json:
        content = {
            **label,
            "rules": found.rules.to_dicts(),
            "tested": vars(found.tested),
            "alone": found.alone,
            "alone_tested": vars(found.alone_tested),
            "points": found.points,
            "unclear": found.unclear,
            "words": lines,
        }
        print(json.dumps(content, indent=2))
        return
    # the table says what the sentences of single rules say
    _show(rules_table(found), "\n".join(lines[found.rules.height :]), label)


def stability(
    file: Annotated[Path, typer.Argument(help="A sweep file with a grid.")],
    out: Annotated[Path, typer.Option(help="Folder for the map; goes on with what is there.")],
    depth: Annotated[int, typer.Option(help="How often a cell is halved at most.")] = 3,
    refine: Annotated[
        list[str] | None,
        typer.Option(help="Axis to refine, once or more.", show_default="all of numbers"),
    ] = None,
    outcome: OutcomeColumn = None,
    choice: Choice = None,
    where: Where = None,
    confidence: Confidence = 0.95,
    indifference: Annotated[
        float, typer.Option(help="Percent of the best outcome that may be lost without mattering.")
    ] = 0.0,
    at_most: Annotated[int, typer.Option(help="Points after which cells stay as they are.")] = (
        100_000
    ),
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Map where the best supply rule changes, finer and finer along the boundaries."""
    sweep = read_sweep_file(file)
    with sweep_bar(file.name) as progress:
        found = stability_map(
            sweep,
            out,
            depth=depth,
            refine=refine,
            outcome=outcome,
            choice=choice,
            where=_pairs(where),
            confidence=confidence,
            indifference=indifference,
            at_most=at_most,
            threads=threads,
            progress=progress,
        )
    words = map_in_words(found)
    label = _labelled(sweep.study.description().get("label"))
    tables = {"map-points": found.points, "map-cells": found.cells}
    _write(out, True, tables, label | {"words": words})
    if as_json:
        content = {
            **label,
            "cells": found.cells.to_dicts(),
            "points": found.points.height,
            "full_grid": found.full_grid,
            "finished": found.finished,
            "words": words,
        }
        print(json.dumps(content, indent=2))
        return
    for name, axis in sweep.parsed_axes.items():
        if isinstance(axis, Levels) and axis.fields:
            steps = [f"{n} {label}" for n, label in enumerate(axis.listed)]
            words += f"\n{name}: {', '.join(steps)}"
    _show(map_drawing(found.cells), words, label)
    print(f"wrote {out}")


def _pairs(where: list[str] | None) -> dict[str, str]:
    pairs = {}
    for given in where or ():
        name, equals, value = given.partition("=")
        if not equals:
            raise InvalidInput(f"--where: got {given}; must be COLUMN=VALUE")
        pairs[name] = value
    return pairs


def _labelled(label: str | None) -> dict[str, str]:
    """Return what the record and the JSON of a model open with."""
    return {"label": label} if label else {}


def _write(
    out: Path | None, overwrite: bool, tables: dict[str, pl.DataFrame], record: dict[str, str]
) -> None:
    if out is None:
        return
    folder = Folder(out, overwrite=overwrite)
    for name, frame in tables.items():
        folder.table(name, frame)
    folder.record("words", record)


def _show(table: Any, words: str, label: dict[str, str]) -> None:
    console = Console()
    console.width = max(console.width, LEAST_WIDTH)
    for text in label.values():
        console.print(text)
    if table is not None:
        console.print(table)
    console.print(words, highlight=False)
