"""Kinds of `cakernel plot` that draw what `cakernel ctip claims` writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cakernel.cli.options import OverwriteFile
from cakernel.cli.plot import FromResults, PictureOut, Scale
from cakernel.coopetition.words import LABEL
from cakernel.errors import InvalidInput

DrawnRegime = Annotated[
    str | None,
    typer.Option(help="Of investment: nash, joint or planner.", show_default="the first"),
]
ClaimsFolder = Annotated[
    Path, typer.Option("--from", help="A folder that `cakernel ctip claims --out` wrote.")
]


def _of_claims(words: str, table: str, picture: str) -> Callable[..., None]:
    """Return the command that draws a table of claims."""

    def command(
        out: PictureOut,
        source: FromResults,
        regime: DrawnRegime = None,
        scale: Scale = None,
        overwrite: OverwriteFile = False,
    ) -> None:
        from cakernel.cli.picture_source import PictureFile, note_of, read_results

        file = PictureFile(out, scale=scale, overwrite=overwrite)
        from cakernel.coopetition import pictures

        draw = getattr(pictures, picture)
        file.write(draw(read_results(source, table), regime=regime, note=note_of(source)))

    source = f"--from takes what `cakernel ctip claims --out` writes: {table}."
    command.__doc__ = f"Draw {words}.\n\n{LABEL}\n\n{source}"
    return command


ctip = _of_claims("claims on coopetition by risk", "by_risk", "advantage_by_risk")
ctip_claims = _of_claims("all claims on coopetition", "claims", "claim_bars")


def ctip_where(
    out: PictureOut,
    source: ClaimsFolder,
    claim: Annotated[str, typer.Option(help="Its id, such as b-timing.")] = "b-advantage",
    regime: DrawnRegime = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="A parameter of the markets; twice: along, up.",
            show_default="those that tell best where the claim fails",
        ),
    ] = None,
    bins: Annotated[int, typer.Option(help="Of each parameter.")] = 5,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw in what share of markets a claim on coopetition holds, over two parameters.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction.
    """
    import polars as pl

    from cakernel.cli.picture_source import PictureFile, note_of, read_results
    from cakernel.coopetition.claims.markets import unnumbered
    from cakernel.coopetition.claims.where import binned, features, two_parameters

    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.coopetition import pictures

    if not source.is_dir():
        raise InvalidInput(f"--from: got {source}; must be a folder that ctip claims wrote")
    if by is not None and len(by) != 2:
        raise InvalidInput(f"by: got {len(by)} parameters; must be two, each with its own --by")
    row = _claim(source, claim, regime)
    mine = (pl.col("id") == claim) & (pl.col("regime") == row["regime"])
    differences = read_results(source, "differences").filter(mine)
    asked = features(unnumbered(read_results(source, "markets")))
    told = two_parameters([row.get("where_first"), row.get("where_second")])
    pair = told if by is None else (by[0], by[1])
    cells = binned(asked, differences, by=pair, bins=bins)
    recorded = note_of(source)
    note = f"{claim}, regime {row['regime']}{', ' if recorded else ''}{recorded}"
    file.write(pictures.claim_map(cells, by=pair, statement=row["statement"], note=note))


def _claim(source: Path, claim: str, regime: str | None) -> dict[str, Any]:
    """Return the row of a claim under a regime, by default the first it has."""
    import polars as pl

    from cakernel.cli.picture_source import read_results
    from cakernel.wording import shown

    rows = read_results(source, "claims")
    for name, column, value in (("claim", "id", claim), ("regime", "regime", regime)):
        if value is None:
            continue
        known = rows[column].unique(maintain_order=True).to_list()
        if value not in known:
            raise InvalidInput(f"{name}: got {shown(value)}; must be one of {', '.join(known)}")
        rows = rows.filter(pl.col(column) == value)
    return rows.row(0, named=True)
