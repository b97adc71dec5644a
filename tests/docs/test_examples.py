"""Does the code of the README and of every page run, and does it say what the page says?"""

import re
from pathlib import Path

import pytest

from docs.site.pages import DOCS, ROOT, blocks, pages
from docs.site.running import shown

WITH_CODE = [
    page
    for page in pages()
    if any(one.runs for one in blocks(page)) and DOCS / "gallery" not in page.parents
]
"""The code of the gallery runs when the site is built, which its own test does."""


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_runs_and_says_what_stands_beneath_it(page: Path) -> None:
    after = dict(zip(blocks(page), blocks(page)[1:], strict=False))
    for block, value in shown(page):
        following = after.get(block)
        if following and following.language == "text":
            assert _one_line(repr(value)) == _one_line(following.code), f"{page}:{block.line}"


def test_code_that_does_not_run_says_why() -> None:
    for page in pages():
        for block in blocks(page):
            if block.language == "python" and not block.runs:
                assert re.match(r"# Not run here: \w+", block.code), f"{page}:{block.line}"


def _one_line(text: str) -> str:
    """Return text that may be broken into lines anywhere."""
    return " ".join(text.split())
