"""How the site is built from the pages beside this file: `bash scripts/site.sh`."""

import sys
from pathlib import Path

import cakernel

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "cakernel"
author = "cakernel developers"
project_copyright = author
release = version = cakernel.__version__

extensions = [
    "command_line",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["build", "extensions", "static"]

# pages: Markdown, in which a block of code without a language is plain text
myst_heading_anchors = 4
highlight_language = "none"

# notebooks are run whenever the site is built; an error in one ends the build
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
# that something is compiled, and the like: what a page says does not depend on the machine
nb_output_stderr = "remove"

# docstrings say types in words: those of signatures are made for the checks
autodoc_typehints = "none"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "exclude-members": "model_config"}
numpydoc_show_class_members = False
default_role = "py:obj"

# nothing is fetched from elsewhere: the site is read from a disk, too
html_theme = "furo"
html_title = "cakernel"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
