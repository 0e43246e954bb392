"""`cakernel conventions`: how well the printed tables fit each set of conventions."""

from typing import Annotated

import typer

from cakernel.cli.options import Device, Json, Out, Overwrite, Seed, Threads


def conventions_command(
    replications: Annotated[int, typer.Option(help="Of each resource scenario.")] = 20,
    seed: Seed = 1,
    alternative: Annotated[
        list[str] | None,
        typer.Option(
            help="An alternative, such as table-1; may be repeated; an unknown one lists all.",
            show_default="all",
        ),
    ] = None,
    regime: Annotated[
        list[str] | None, typer.Option(help="May be repeated.", show_default="all seven")
    ] = None,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Fit the printed tables with the conventions found and with alternatives to each.

    Writes conventions (one row a set of conventions), errors (the Monte Carlo error of the printed
    figures, expected and implied) and residuals (one row a set and printed figure).
    """
    import polars as pl

    from cakernel.checks import MAX_REPLICATIONS, check_value, whole
    from cakernel.cli.output import Results, progress_bar
    from cakernel.paper.cli.conventions_tables import conventions_table, errors_table
    from cakernel.paper.conventions import NAMES, conventions
    from cakernel.paper.goodness_of_fit import monte_carlo_errors
    from cakernel.provenance import provenance
    from cakernel.recovery.model import REGIMES

    check_value("replications", replications, whole(2, MAX_REPLICATIONS))
    results = Results(out, overwrite=overwrite, as_json=as_json)
    rows: list[dict[str, object]] = []
    parts: list[pl.DataFrame] = []
    interrupted = ""
    names = list(dict.fromkeys(alternative or NAMES))
    regimes = list(dict.fromkeys(regime or REGIMES))
    try:
        with progress_bar("conventions") as progress:
            for row, figures in conventions(
                names=names,
                regimes=regimes,
                replications=replications,
                seed=seed,
                threads=threads,
                progress=progress,
            ):
                rows.append(row)
                parts.append(figures.select(pl.lit(row["name"]).alias("name"), pl.all()))
    except KeyboardInterrupt:
        if not rows:
            raise
        interrupted = f"interrupted; kept {len(rows)} of {1 + len(names)} sets of conventions"
    table = pl.DataFrame(rows, infer_schema_length=None)
    errors = monte_carlo_errors(parts[0])
    results.show(conventions_table(table, replications), errors_table(errors))
    results.keep({"conventions": table, "errors": errors, "residuals": pl.concat(parts)})
    record = provenance(
        "recovery",
        replications=replications,
        seed=seed,
        regimes=regimes,
        conventions=table["name"].to_list(),
    )
    answer = {"conventions": table.to_dicts(), "errors": errors.to_dicts()}
    results.conclude(record, answer=answer, interrupted=interrupted)
