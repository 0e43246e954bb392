"""`cakernel rule`: a built-in rule as a table, to start one of your own from."""

from pathlib import Path
from typing import Annotated

import typer

from cakernel.cli.output import refuse_existing
from cakernel.recovery.rule_file import rule_frame
from cakernel.recovery.rules import Side
from cakernel.recovery.rules import rule as named_rule


def rule_command(
    name: Annotated[str, typer.Argument(help="A built-in rule, such as SRD-4 or CRD-5.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
) -> None:
    """Write a built-in rule as a table of targets, to be edited into a rule of your own.

    The columns are the firm's own state, those of its neighbours upstream, downstream, in the
    previous and in the next chain (3 = there is none), and the target.
    """
    side: Side = "cyber" if name.startswith("CRD") else "supply"
    found = named_rule(side, name)
    refuse_existing(out)
    rule_frame(found).write_csv(out)
    print(f"wrote {out}; name it in a section [[rules]] of a scenario file")
