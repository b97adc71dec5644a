"""Do the links of the README and of the pages lead somewhere, on GitHub as on the site?"""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from docs.site.pages import DOCS, ROOT, anchors, blocks, links, pages

ALL = pages()


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_to_what_is_there(page: Path) -> None:
    for link in links(page):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page}: {link} is not there"
        assert target.is_relative_to(ROOT), f"{page}: {link} leaves the clone"
        if anchor:
            assert anchor in anchors(target), f"{page}: {link} names no heading"


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_has_one_title_and_skips_no_level(page: Path) -> None:
    text = re.sub(r"^(`{3,}).*?^\1", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    levels = [len(found) for found in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_page_is_reached_from_the_first() -> None:
    seen, waiting = set(), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        for block in blocks(page):
            if block.language == "{toctree}":
                entries = re.findall(r"^(?:.*<)?([\w/]+)>?$", block.code, re.MULTILINE)
                found |= {(page.parent / f"{entry}.md").resolve() for entry in entries}
        waiting += [one for one in found if one.suffix == ".md" and DOCS in one.parents]
    assert seen == {page for page in ALL if DOCS in page.parents}


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(page.parent / link).resolve() for page in ALL for link in links(page)}
    assert {*(DOCS / "pictures").iterdir()} <= shown
