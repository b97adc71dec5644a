"""How is the site built? `python3 tasks.py docs`: nothing is fetched, and a warning is an error."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from agentlens import __version__  # noqa: E402 - found beside this folder

project = "AgentLens"
author = "The AgentLens authors"
copyright = author  # noqa: A001 - Sphinx asks for this name
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docs.site.extension",
]
exclude_patterns = ["_build", "site"]

# A docstring writes code between single backticks, as Markdown does.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
maximum_signature_line_length = 90
napoleon_numpy_docstring = False
napoleon_use_ivar = True
toc_object_entries_show_parents = "hide"

myst_enable_extensions = ["attrs_inline"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = "AgentLens"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_js_files = [("theme.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # it would be fetched, which a page opened from disk may not
html_show_copyright = False
pygments_style = "tango"
pygments_dark_style = "github-dark"
