"""What does a file or a notebook look like? `python -m tests.harness.shoot PATH --out DIR`."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.harness.browser import Browser, BrowserMissingError
from tests.harness.filepage import FilePage
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures, say where they are and what went wrong; 0 if nothing did."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.shoot", description=__doc__)
    parser.add_argument("path", type=Path, help="an HTML file, or a notebook, which is run")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the PNG files")
    parser.add_argument("--dark", action="store_true", help="as a reader who prefers dark colours")
    chosen = parser.parse_args(arguments)
    if not chosen.path.is_file():
        parser.error(f"there is no file {str(chosen.path)!r}")
    shoot = _shoot_notebook if chosen.path.suffix == ".ipynb" else _shoot_file
    picture = chosen.out / f"{chosen.path.stem}{'-dark' if chosen.dark else ''}.png"
    try:
        with Browser() as browser:
            problems = shoot(browser, chosen.path, picture, dark=chosen.dark)
    except BrowserMissingError as missing:
        parser.exit(1, f"{missing}\n")
    sys.stdout.write(f"{picture}\n{picture.with_stem(picture.stem + '-first')}\n")
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def _shoot_file(browser: Browser, path: Path, picture: Path, *, dark: bool) -> list[str]:
    page = FilePage(path, browser, dark=dark)
    page.plots(wait=0)
    page.scroll_through()
    page.plots(wait=0)
    page.page.evaluate("scrollTo(0, 0)")
    page.screenshot(picture.with_stem(picture.stem + "-first"), full=False)
    page.screenshot(picture)
    problems = page.problems()
    page.close()
    return problems


def _shoot_notebook(browser: Browser, path: Path, picture: Path, *, dark: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        # A copy is run, so that looking at a notebook never changes it.
        shutil.copy(path, folder)
        for beside in path.resolve().parents:  # a notebook may look for the tests of its clone
            if (beside / "tests").is_dir():
                Path(folder, "tests").symlink_to(beside / "tests", target_is_directory=True)
                break
        with JupyterLab(Path(folder)) as lab:
            page = NotebookPage(lab, browser, dark=dark)
            page.open(path.name)
            if dark:
                page.set_theme(dark=True)
            page.run_all()
            page.screenshot(picture)
            page.screenshot(picture.with_stem(picture.stem + "-first"), whole=False)
            problems = page.problems()
            page.close()
    return problems


if __name__ == "__main__":
    sys.exit(main())
