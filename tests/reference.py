"""Where do the published control-chart examples lie, for those who have them?"""

import json
from pathlib import Path
from typing import Any

import pytest

__all__ = ["published"]

_FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "reference"


def published(file: str) -> dict[str, dict[str, Any]]:
    """Return the cases of a reference file by id; skip where the folder is not there."""
    path = _FOLDER / f"{file}.json"
    if not path.exists():
        pytest.skip(f"the published examples ({path.name}) are not beside this clone")
    return {case["id"]: case for case in json.loads(path.read_text())["cases"]}
