"""Does the code of a page run, and what does each block of it show?"""

import ast
from collections.abc import Iterator
from pathlib import Path

from docs.site.pages import Block, blocks
from docs.site.world import world

__all__ = ["run", "shown"]


def run(page: Path) -> int:
    """Run the code of a page from its top to its end, and return how many blocks that were."""
    return sum(1 for _ in shown(page))


def shown(page: Path) -> Iterator[tuple[Block, object]]:
    """Yield each block that runs with the value of its last line, as a notebook would show it.

    The blocks of a page share their names, and nothing else: each page begins in a folder of its
    own, with a Langfuse and a judge of this machine.
    """
    with world():
        scope: dict[str, object] = {"__name__": page.stem}
        for block in blocks(page):
            if block.runs:
                yield block, _value(block, page, scope)


def _value(block: Block, page: Path, scope: dict[str, object]) -> object:
    """Run one block, so that an error names the page and its line."""
    steps = ast.increment_lineno(ast.parse(block.code), block.line - 1).body
    last = steps[-1] if steps else None
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module(steps, []), page, "exec"), scope)  # noqa: S102 - the pages are ours
        return None
    exec(compile(ast.Module(steps[:-1], []), page, "exec"), scope)  # noqa: S102 - likewise
    return eval(compile(ast.Expression(last.value), page, "eval"), scope)  # noqa: S307 - likewise
