"""No page is left out of the site, no link leads nowhere, no public name goes without a word."""

import re

import pytest

from helpers.doc_pages import DOCS, PAGES, ROOT
from helpers.public_names import PUBLIC

FRONT = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]
SOURCES = [*PAGES, *DOCS.rglob("*.rst"), *(DOCS / "notebooks").glob("*.ipynb")]


def test_the_site_has_every_page_once():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = [
        line
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
        for line in tree.splitlines()
        if line and not line.startswith(":")
    ]
    pages = {str(page.relative_to(DOCS).with_suffix("")) for page in SOURCES} - {"index"}
    assert set(listed) == pages, "name a new page in a toctree of docs/index.md"
    assert len(listed) == len(set(listed))


def anchors(page):
    """Return the anchors of a page's headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    found = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", FRONT, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def test_the_reference_has_every_public_name():
    text = (DOCS / "reference" / "python.rst").read_text(encoding="utf-8")
    listed = re.findall(r"^\.\. auto\w+:: (\S+)$", text, re.MULTILINE)
    assert len(listed) == len(set(listed))
    public = dict(PUBLIC)
    documented = {id(public[name]) for name in listed}
    # the command line has a page of its own
    missing = [n for n, each in PUBLIC if id(each) not in documented and n != "cakernel.cli.main"]
    assert not missing, "name them in docs/reference/python.rst"
