"""Is every public name, and every command, where a reader looks for it?"""

import re
import shlex

import agentlens as al
from agentlens.cli import _parser
from docs.site.pages import DOCS, README, blocks, names, pages, verbs
from tests.answers import ANSWERS

REFERENCE = DOCS / "reference"
GALLERY = DOCS / "gallery"
_DOCUMENTED = re.compile(r"^\.\. auto(?:function|class):: agentlens\.(\w+)", re.MULTILINE)


def test_every_public_name_has_one_place_in_the_reference() -> None:
    found = [
        name
        for page in sorted(REFERENCE.glob("*.md"))
        for name in _DOCUMENTED.findall(page.read_text(encoding="utf-8"))
    ]
    assert sorted(found) == sorted(al.__all__)


def test_the_list_of_the_reference_has_the_names_of_its_pages() -> None:
    for line in (REFERENCE / "index.md").read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| \[.+\]\((\w+\.md)\) \| (.+) \|", line):
            page = (REFERENCE / row[1]).read_text(encoding="utf-8")
            assert re.findall(r"`(\w+)`", row[2]) == _DOCUMENTED.findall(page), row[1]


def test_every_public_name_is_told_of_on_a_page_that_is_no_reference() -> None:
    told = set().union(*(names(page) for page in pages() if REFERENCE not in page.parents))
    assert set(al.__all__) <= told, f"nobody tells of {sorted(set(al.__all__) - told)}"


def test_every_verb_can_be_found_from_the_readme() -> None:
    gallery = set().union(*(names(page) for page in GALLERY.glob("*.md")))
    functions = {name for name in al.__all__ if not isinstance(getattr(al, name), type)}
    missing = functions - names(README) - gallery
    assert not missing, f"neither in the README nor in the gallery: {sorted(missing)}"


def test_every_verb_has_a_line_in_the_list_of_the_gallery() -> None:
    listed = names(GALLERY / "index.md")
    assert set(ANSWERS) <= listed, f"not listed: {sorted(set(ANSWERS) - listed)}"
    headed = {name for page in GALLERY.glob("*.md") for name in verbs(page)}
    assert set(ANSWERS) <= headed, f"without a heading: {sorted(set(ANSWERS) - headed)}"


def test_every_command_that_a_page_shows_is_one() -> None:
    known = _parser()
    for page in pages():
        for block in blocks(page):
            if block.language in {"console", "yaml"}:
                for line in re.findall(r"\bagentlens [a-z][^&#\n]*", block.code):
                    known.parse_args(shlex.split(line)[1:])
