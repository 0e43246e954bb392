"""A sweep described in a TOML file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cakernel.checks import Checked, reject_unknown
from cakernel.errors import InvalidInput
from cakernel.files import read_toml, section, within
from cakernel.models import part, swept
from cakernel.sweep.axis import axis_of
from cakernel.sweep.description import Precision, Sweep
from cakernel.sweep.design import Design
from cakernel.sweep.study import Study

COMMON_SECTIONS = ("sweep", "design", "axes", "precision")


class StudySections(NamedTuple):
    """How a sweep file describes a model.

    Attributes
    ----------
    names : tuple of str
        Sections that a file on this model may have, besides [sweep], [design],
        [axes] and [precision].
    settings : type
        What [sweep] holds: a `Checked` with ``model``, ``replications`` and, where the model has
        draws, ``seed``.
    study : callable
        Makes the study from the settings, the file's content and the file's folder.
    """

    names: tuple[str, ...]
    settings: type[Checked]
    study: Callable[[Any, Mapping[str, Any], Path], Study]


def read_sweep_file(path: Path) -> Sweep:
    """Read and check the description of a sweep.

    Parameters
    ----------
    path : Path
        A TOML file; `cakernel init --sweep` writes a commented one.

    Returns
    -------
    Sweep
        To be given to `run_sweep`.

    Raises
    ------
    InvalidInput
        If the file cannot be read, is not TOML, or a key is unknown, missing or outside its range;
        the message names the file, the key, the value and the range.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import cakernel as ck
    >>> text = '''
    ... [sweep]
    ... replications = 50
    ... [design]
    ... kind = "grid"
    ... [axes]
    ... firms = [3, 5, 15]
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "sweep.toml"
    ...     _ = file.write_text(text)
    ...     sweep = ck.read_sweep_file(file)
    >>> sweep.replications, sweep.points()["firms"].to_list()
    (50, [3, 5, 15])
    """
    with within(f"{path}: "):
        content = read_toml(path)
        known: dict[str, StudySections] = {
            name: part(row.sections) for name, row in swept().items()
        }
        own = [name for sections in known.values() for name in sections.names]
        reject_unknown(content, [*COMMON_SECTIONS, *dict.fromkeys(own)])
        with within("sweep."):
            settings: Any = _settings(section(content, "sweep"), known)
        sections = known[settings.model]
        _check_sections(content, settings.model, known)
        with within("design."):
            design = _design(section(content, "design"), path.parent)
        precision = None
        if "precision" in content:
            with within("precision."):
                precision = Precision(**section(content, "precision"))
        axes = {name: axis_of(name, given) for name, given in section(content, "axes").items()}
        sweep = Sweep(
            study=sections.study(settings, content, path.parent),
            axes=axes,
            design=design,
            replications=settings.replications,
            seed=getattr(settings, "seed", 1),
            precision=precision,
        )
        # check what the axes name now, before anything is written
        sweep.points()
        return sweep


def _settings(given: Mapping[str, Any], known: Mapping[str, StudySections]) -> Checked:
    """Return the settings of the model they name, by default the first of the registry."""
    model = given.get("model", next(iter(known)))
    if model not in list(known):
        words = " or ".join(map(repr, known))
        raise InvalidInput(f"model: got {model!r}; must be {words}")
    kind = known[model].settings
    others = {name for other in known.values() for name in other.settings.model_fields}
    for name in given:
        if name in others - set(kind.model_fields):
            raise InvalidInput(
                f"{name}: got {given[name]!r}; must be left out where sweep.model is {model!r}"
            )
    return kind(**given)


def _check_sections(
    content: Mapping[str, Any], model: str, known: Mapping[str, StudySections]
) -> None:
    """Raise for a section that only another model has."""
    for name in content:
        if name in (*COMMON_SECTIONS, *known[model].names):
            continue
        other = next(other for other in known if name in known[other].names)
        raise InvalidInput(
            f"{name}: is a section of the {other} model; must be left out where "
            f"sweep.model is {model!r}"
        )


def _design(given: dict[str, Any], folder: Path) -> Design:
    """Return the design; a file of points is found beside the file that names it."""
    if isinstance(given.get("file"), str):
        given = {**given, "file": folder / given["file"]}
    return Design(**given)
