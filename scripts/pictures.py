"""Make the pictures of docs/pictures.md again, by the commands that stand there.

    python scripts/pictures.py [NAME ...] [--work FOLDER]

NAME is a picture's, such as map; without one all are made. What is expensive (the reproduction,
the claims) stays in the folder and is not made twice. The sweep of the page is written there first.
Takes some ten minutes on two cores.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
BEFORE: Final = "cakernel reproduce all --out results"
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def commands(page: str) -> dict[str, list[str]]:
    """Return the commands of each picture: what makes its results, what draws it."""
    found: dict[str, list[str]] = {}
    made: list[str] = [BEFORE]
    for kind, text in FENCE.findall(page.partition("\n## ")[2]):
        if kind:
            continue
        lines = text.replace("\\\n", " ").splitlines()
        for line in (line for line in lines if line.startswith("cakernel")):
            name = re.search(r"--out (\S+)\.svg", line)
            if name is None:
                made.append(line)
            else:
                found[name[1]] = [*made, line]
    return found


def needed(lines: list[str]) -> list[str]:
    """Return the last command and those before that write what it reads."""
    kept = [lines[-1]]
    for line in reversed(lines[:-1]):
        out = re.search(r"--out (\S+)", line) or re.search(r"--network (\S+)", line)
        if out and any(re.search(rf"(--from|plot network .*) {out[1]}\b", other) for other in kept):
            kept.insert(0, line)
    return kept


def main(names: list[str], work: Path) -> None:
    """Make some pictures, or all."""
    page = (DOCS / "pictures.md").read_text(encoding="utf-8")
    work.mkdir(parents=True, exist_ok=True)
    for kind, text in FENCE.findall(page):
        if kind == "toml":
            (work / "sweep.toml").write_text(text, encoding="utf-8")
    found = commands(page)
    if unknown := set(names) - set(found):
        sys.exit(f"{', '.join(sorted(unknown))}: unknown; the page has {', '.join(found)}")
    for name in names or found:
        if name == "tornado" and not (work / "tornado.parquet").exists():
            programs = [text for kind, text in FENCE.findall(page) if "tornado.parquet" in text]
            subprocess.run([sys.executable, "-c", programs[-1]], cwd=work, check=True)
        for line in needed(found[name]):
            target = re.search(r"(?:--out|--network) (\S+)", line)
            assert target is not None
            is_picture = target[1].endswith(".svg")
            if is_picture or not (work / target[1]).exists():
                more = " --overwrite" if is_picture else ""
                command = line.replace("cakernel", f"{sys.executable} -m cakernel", 1) + more
                subprocess.run(command, shell=True, cwd=work, check=True)
        shutil.copy(work / f"{name}.svg", DOCS / "pictures")
        print(f"{name}.svg", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--work", type=Path, default=Path("build/pictures"))
    given = parser.parse_args()
    main(given.names, given.work)
