"""`cakernel crate`: an RO-Crate around a folder of results, as a process run (Soiland-Reyes 2022).

References
----------
Soiland-Reyes, S. et al. (2022). Packaging research artefacts with RO-Crate. Data Science 5(2),
97-138, doi 10.3233/DS-210053. Profile: https://w3id.org/ro/wfrun/process/0.5
"""

import json
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from cakernel.cli.made_by import MadeBy

PROFILE: Final = "https://w3id.org/ro/wfrun/process/0.5"
SPDX: Final = "https://spdx.org/licenses/"
OWN_LICENSE: Final = "BSD-3-Clause"
PARQUET: Final = "application/vnd.apache.parquet"


def crate_command(
    folder: Annotated[Path, typer.Argument(help="What a command wrote to --out.")],
    license_name: Annotated[
        str | None,
        typer.Option(
            "--license",
            help="Of the results: an SPDX name such as CC-BY-4.0.",
            show_default="none told",
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Name of the crate.", show_default="the command")
    ] = None,
) -> None:
    """Describe a folder of results as an RO-Crate: its files, and what made them, for archives.

    Writes ro-crate-metadata.json into the folder: files with their checksums, command, settings,
    seed, versions and licences. Needs rocrate, of the extra crate.
    """
    from cakernel.cli.made_by import made_by
    from cakernel.files import write_whole
    from cakernel.whole_folder import CRATE, whole_record

    made = made_by(folder)
    if not made.record.get("sweep"):
        whole_record(made.folder)
    content = described(made, license_name=license_name, title=title)
    path = made.folder / CRATE
    write_whole(path, (json.dumps(content, indent=2) + "\n").encode())
    print(f"wrote {path}: {len(made.files)} files")


def described(made: "MadeBy", *, license_name: str | None, title: str | None) -> dict[str, Any]:
    """Return the metadata of a crate as JSON-LD."""
    from cakernel.extras import library
    from cakernel.sweep.manifest import MANIFESTS
    from cakernel.whole_folder import RECORD

    rocrate = library("rocrate.rocrate", extra="crate", what="a crate")
    entities = library("rocrate.model", extra="crate", what="a crate")
    crate = rocrate.ROCrate()
    crate.name = title or f"Results of {made.line}"
    crate.description = (
        f"Simulated by {made.line}. `cakernel rerun` makes the same bytes from the same inputs."
    )
    crate.root_dataset["conformsTo"] = {"@id": PROFILE}

    def entity(identifier: str, **properties: Any) -> Any:
        return crate.add(entities.ContextEntity(crate, identifier, properties=properties))

    def of_license(name: str) -> Any:
        return entity(SPDX + name, **{"@type": "CreativeWork", "name": name})

    entity(PROFILE, **{"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"})
    if license_name:
        crate.license = of_license(license_name)
    records = [name for name in (RECORD, *MANIFESTS) if (made.folder / name).exists()]
    files = [_file(crate, made.folder, name) for name in [*made.files, *records]]
    versions = dict(made.record.get("versions") or {}) | {"Python": made.record.get("python")}
    own = versions.pop("cakernel", None)
    needed = [
        entity(
            f"#{name}",
            **{"@type": "SoftwareApplication", "name": name, "softwareVersion": str(version)},
        )
        for name, version in versions.items()
    ]
    software = entity(
        "#cakernel",
        **{
            "@type": "SoftwareApplication",
            "name": "cakernel",
            "softwareVersion": str(own),
            "softwareRequirements": needed,
            "license": of_license(OWN_LICENSE),
        },
    )
    settings = [
        entity(
            f"#setting-{name}",
            **{"@type": "PropertyValue", "name": name, "value": json.dumps(value)},
        )
        for name, value in (made.record.get("settings") or made.record.get("sweep") or {}).items()
    ]
    inputs = [
        entity(
            f"#input-{number}",
            **{"@type": "CreativeWork", "name": Path(name).name, "sha256": checksum},
        )
        for number, (name, checksum) in enumerate(made.inputs.items())
    ]
    crate.add_action(
        software,
        identifier="#run",
        object=[*inputs, *settings],
        result=files,
        properties={"name": "Simulation", "description": made.line},
    )
    content: dict[str, Any] = crate.metadata.generate()
    return content


def _file(crate: Any, folder: Path, name: str) -> Any:
    """Add a file of the folder, with its size and checksum."""
    from cakernel.checksums import hash_of

    content = (folder / name).read_bytes()
    kind = PARQUET if name.endswith(".parquet") else mimetypes.guess_type(name)[0]
    properties = {
        "name": name,
        "contentSize": str(len(content)),
        "sha256": hash_of(content),
        "encodingFormat": kind or "application/octet-stream",
    }
    return crate.add_file(folder / name, dest_path=name, properties=properties)
