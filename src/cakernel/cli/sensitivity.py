"""`cakernel sensitivity`, `rules` and `stability`: what a sweep says."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakernel.cli.exit_codes import INTERRUPTED
from cakernel.cli.options import Confidence, Device, Json, Out, Overwrite, SweepArgument, Threads
from cakernel.errors import InvalidInput
from cakernel.models import MODELS, load, outcome_in_words, terms_of

if TYPE_CHECKING:
    import polars as pl

    from cakernel.cli.output import Results


ResamplingSeed = Annotated[int, typer.Option(help="Seed of resampling, apart from the sweep's.")]
Choice = Annotated[
    list[str] | None,
    typer.Option(help="Column that is chosen, once or more.", show_default="the model's"),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        help="Which policies count, such as cyber_rule=CRD-5; once or more.", show_default="all"
    ),
]
NAMES = "; ".join(f"{row.name}: {', '.join(load(row.words))}" for row in MODELS if row.words)
OutcomeColumn = Annotated[
    str | None,
    typer.Option(
        help=f"An outcome's column, or its short name ({NAMES}), or a measure of it, such as "
        "quantile_5_NAME, shortfall_5_NAME (the mean of the worst 5%) or above_97_NAME.",
        show_default="the model's leading one",
    ),
]


def sensitivity_command(
    folder: SweepArgument,
    outcome: OutcomeColumn = None,
    policy: Annotated[
        str | None,
        typer.Option(
            help="Such as 'SRD-5 CRD-5 P', or words that no other policy has.",
            show_default="the only one",
        ),
    ] = None,
    margin: Annotated[
        bool, typer.Option("--margin", help="Of the winner's lead in the default outcome instead.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(help="With --margin and --policy: over which policy.", show_default="none"),
    ] = None,
    choice: Choice = None,
    where: Where = None,
    confidence: Confidence = 0.95,
    seed: ResamplingSeed = 1,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Say how much each axis of a Saltelli or Morris sweep matters.

    Where points met disruptions of their own (common_random_numbers = false), the noise of
    finitely many replications is taken out of the indices.
    """
    from cakernel.cli.output import Results, opened_input
    from cakernel.cli.sensitivity_tables import index_table
    from cakernel.provenance import provenance
    from cakernel.sensitivity.indices import sensitivity_indices
    from cakernel.sensitivity.response import MARGIN
    from cakernel.sensitivity.sentences import indices_in_words

    if margin and outcome is not None:
        raise InvalidInput(f"--outcome: got {outcome}; must be left out with --margin")
    swept, conditions = opened_input(folder), _pairs(where)
    results = Results(out, overwrite=overwrite, as_json=as_json)
    found = sensitivity_indices(
        swept,
        outcome=MARGIN if margin else outcome,
        policy=policy,
        against=against,
        choice=choice,
        where=conditions,
        confidence=confidence,
        seed=seed,
    )
    terms = terms_of(swept.manifest["sweep"]["study"])
    words = _by(outcome, swept.manifest["sweep"]["study"]) + indices_in_words(found, terms)
    answer = {"indices": found.to_dicts(), "words": words}
    shown = [index_table(found, confidence, terms), words]
    _answer(results, swept.label, shown, {"indices": found}, words, answer)
    results.complete(provenance(command="sensitivity", sweep=str(folder), outcome=outcome))


def rules_command(
    folder: SweepArgument,
    outcome: OutcomeColumn = None,
    choice: Choice = None,
    where: Where = None,
    depth: Annotated[int, typer.Option(help="Most conditions of a rule.")] = 3,
    seed: ResamplingSeed = 1,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Say in rules when each choice wins, and what following them loses."""
    from cakernel.cli.output import Results, opened_input
    from cakernel.cli.sensitivity_tables import rules_table
    from cakernel.provenance import provenance
    from cakernel.sensitivity.rule_induction import decision_rules
    from cakernel.sensitivity.sentences import rules_in_words

    swept, conditions = opened_input(folder), _pairs(where)
    results = Results(out, overwrite=overwrite, as_json=as_json)
    found = decision_rules(
        swept, outcome=outcome, choice=choice, where=conditions, depth=depth, seed=seed
    )
    study = swept.manifest["sweep"]["study"]
    terms = terms_of(study)
    lines = rules_in_words(found, terms)
    by = [_by(outcome, study)] if outcome else []
    # the table says what the sentences of single rules say
    shown = [rules_table(found, terms), "\n".join([*by, *lines[found.rules.height :]])]
    answer = {
        "rules": found.rules.to_dicts(),
        "tested": found.tested and vars(found.tested),
        "alone": found.alone,
        "alone_tested": found.alone_tested and vars(found.alone_tested),
        "tested_share": found.tested_share,
        "points": found.points,
        "unclear": found.unclear,
        "everywhere": found.everywhere.to_dicts(),
        "words": lines,
    }
    tables = {"rules": found.rules, "winners": found.winners, "everywhere": found.everywhere}
    _answer(results, swept.label, shown, tables, "\n".join(lines), answer)
    record = provenance(command="rules", sweep=str(folder), study=study, outcome=outcome)
    results.complete(record)


def stability_command(
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
    device: Device = None,
    as_json: Json = False,
) -> None:
    """Map where the best choice changes, finer and finer along the boundaries."""
    from cakernel.cli.output import Results, sweep_bar
    from cakernel.cli.sensitivity_tables import map_drawing
    from cakernel.provenance import provenance
    from cakernel.sensitivity.sentences import map_in_words
    from cakernel.sensitivity.stability import stability_map
    from cakernel.sweep.axis import Levels
    from cakernel.sweep.description import read_sweep_file
    from cakernel.sweep.status import sweep_status
    from cakernel.whole_folder import MAP

    sweep = read_sweep_file(file)
    conditions = _pairs(where)
    try:
        with sweep_bar(file.name) as progress:
            found = stability_map(
                sweep,
                out,
                depth=depth,
                refine=refine,
                outcome=outcome,
                choice=choice,
                where=conditions,
                confidence=confidence,
                indifference=indifference,
                at_most=at_most,
                threads=threads,
                progress=progress,
            )
    except KeyboardInterrupt:
        print(_stopped_map(out), file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    results = Results(out / MAP, overwrite=True, as_json=as_json)
    words = _by(outcome, sweep.study.name) + map_in_words(found)
    # words of an axis stand for fields: say which is which, as cells number them
    terms = terms_of(sweep.study.name)
    steps = [
        f"{terms.column(name)}: {', '.join(f'{n} {word}' for n, word in enumerate(axis.listed))}"
        for name, axis in sweep.parsed_axes.items()
        if isinstance(axis, Levels) and axis.fields
    ]
    drawn = map_drawing(found.cells, terms)
    shown = [*([drawn] if drawn else []), "\n".join([words, *steps])]
    tables = {"map-points": found.points, "map-cells": found.cells}
    if found.everywhere.height:
        tables["everywhere"] = found.everywhere
    answer = {
        "cells": found.cells.to_dicts(),
        "points": found.points.height,
        "full_grid": found.full_grid,
        "finished": found.finished,
        "everywhere": found.everywhere.to_dicts(),
        "words": words,
    }
    _answer(results, sweep.study.description().get("label"), shown, tables, words, answer)
    record = provenance(
        command="stability", sweep=str(file), study=sweep.study.name, outcome=outcome
    )
    # of all points of the map, those that were there before, too; last, whatever ran now
    record.pop("devices", None)
    results.complete({**record, "devices": sweep_status(out / "sweep").ran})
    results.say_where()


def _by(outcome: str | None, study: str) -> str:
    """Say by what was judged, if not by the model's leading outcome."""
    if outcome is None:
        return ""
    return f"By {outcome_in_words(outcome.removeprefix('mean_'), model=study)}. "


def _stopped_map(out: Path) -> str:
    """Say what the folder of a map keeps after an interruption."""
    from cakernel.sweep.status import sweep_status

    try:
        kept = sweep_status(out / "sweep").points_done
    except InvalidInput:
        kept = 0
    if not kept:
        return "interrupted; nothing was kept"
    return f"interrupted; kept {kept:,} points in {out}; the same command goes on from there"


def _pairs(where: list[str] | None) -> dict[str, str]:
    """Read conditions COLUMN=VALUE."""
    pairs = {}
    for given in where or ():
        name, equals, value = given.partition("=")
        if not equals:
            raise InvalidInput(f"--where: got {given}; must be COLUMN=VALUE")
        pairs[name] = value
    return pairs


def _answer(
    results: "Results",
    label: str | None,
    shown: Sequence[Any],
    tables: "Mapping[str, pl.DataFrame]",
    words: str,
    answer: Mapping[str, Any],
) -> None:
    """Show, keep and print what was found, under the label of a model that has one."""
    labelled = {"label": label} if label else {}
    results.show(*labelled.values(), *shown)
    results.keep(tables)
    results.keep_record("words", {**labelled, "words": words})
    results.print_json({**labelled, **answer}, indent=2)
