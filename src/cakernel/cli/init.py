"""`cakernel init` and `cakernel rule`: files to start from."""

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from cakernel.errors import InvalidInput
from cakernel.rule_table import rule_frame
from cakernel.rules import Side
from cakernel.rules import rule as named_rule

SWEEP_TEMPLATES = {
    "recovery": "sweep_template.toml",
    "coopetition": "sweep_coopetition_template.toml",
}


def init(
    file: Annotated[
        Path | None,
        typer.Argument(help="The file to write.", show_default="scenario.toml or sweep.toml"),
    ] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Write a sweep file, for `cakernel sweep`.")
    ] = False,
    model: Annotated[
        str, typer.Option(help="With --sweep, of which model: recovery or coopetition.")
    ] = "recovery",
) -> None:
    """Write a commented scenario file, to be edited and given to `cakernel run`."""
    templates = SWEEP_TEMPLATES if sweep else {"recovery": "template.toml"}
    if model not in templates:
        wanted = " or ".join(templates) if sweep else "left out, or given with --sweep"
        raise InvalidInput(f"--model: got {model}; must be {wanted}")
    kind, template = "sweep" if sweep else "run", templates[model]
    file = file or Path("sweep.toml" if sweep else "scenario.toml")
    _refuse_existing(file)
    text = resources.files("cakernel").joinpath(template).read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    print(f"wrote {file}; next: cakernel {kind} {file} --out results")


def rule(
    name: Annotated[str, typer.Argument(help="A built-in rule, such as SRD-4 or CRD-5.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
) -> None:
    """Write a built-in rule as a table of targets, to be edited into a rule of your own.

    The columns are the firm's own state, those of its neighbours upstream, downstream, in the
    previous and in the next chain (3 = there is none), and the target.
    """
    side: Side = "cyber" if name.startswith("CRD") else "supply"
    found = named_rule(side, name)
    _refuse_existing(out)
    rule_frame(found).write_csv(out)
    print(f"wrote {out}; name it in a section [[rules]] of a scenario file")


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise InvalidInput(f"{file} exists; name another file or move it away")
