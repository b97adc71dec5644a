"""Write down what the reference says: `python -m tests.vectors`."""

from pathlib import Path

from agentlens.widgets.formulas.table import FORMULAS
from tests.vectors.case import vectors, written
from tests.vectors.every import CASES

HERE = Path(__file__).parent


def main() -> None:
    """Write one file a formula."""
    for formula in FORMULAS:
        text = written(vectors(formula, CASES[formula.name]()))
        (HERE / f"{formula.name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
