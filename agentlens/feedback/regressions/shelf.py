"""How are cases read back, and how do files come to disk whole or not at all?"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentlens.errors import BadInputError
from agentlens.feedback.regressions.formats.draft import Draft
from agentlens.feedback.regressions.formats.jsonl import CASES

__all__ = ["Shelf", "Written", "open_shelf"]

_NEEDED: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "dataset": str,
    "version": int,
    "pattern": str,
    "input": (str, list),
    "expected": str,
    "expected_is": str,
    "bad_output": str,
    "source_trace": str,
    "n_alike": int,
    "context": dict,
    "metadata": dict,
}


@dataclass(frozen=True)
class Written:
    """One file: where it is, and whether it is new, changed, the same, or left to its owner."""

    path: Path
    state: str


@dataclass(frozen=True, eq=False)
class Shelf:
    """A folder of cases as it is now.

    Attributes:
        folder: where.
        held: the bytes of its case file.
        cases: what they say.
    """

    folder: Path
    held: bytes
    cases: tuple[dict[str, Any], ...]

    @property
    def version(self) -> int:
        """The newest version of its dataset; 0 for none."""
        return max((int(case["version"]) for case in self.cases), default=0)

    def put(self, drafts: Sequence[Draft]) -> tuple[Written, ...]:
        """Write files: all are ready beside their places before the first takes its name.

        A program that is there already belongs to its owner and stays. Whatever interrupts this
        leaves each file as it was or as it will be, and none half written.

        Args:
            drafts: the files, the case file last.
        """
        states = [(draft, self._state(draft)) for draft in drafts]
        wanted = [draft for draft, state in states if state in {"new", "changed"}]
        if wanted:
            self.folder.mkdir(parents=True, exist_ok=True)
        ready: list[tuple[Path, Path]] = []
        try:
            for draft in wanted:
                path = self.folder / draft.name
                aside = path.with_name(f".{draft.name}-{secrets.token_hex(4)}.tmp")
                ready.append((aside, path))
                _write(aside, draft.data)
            if _bytes(self.folder / CASES) != self.held:
                message = (
                    f"{str(self.folder / CASES)!r} was changed by somebody else meanwhile; nothing"
                    " was written. Run this again."
                )
                raise BadInputError(message)
            for aside, path in ready:
                aside.replace(path)
        finally:
            for aside, _ in ready:
                aside.unlink(missing_ok=True)
        return tuple(Written(self.folder / draft.name, state) for draft, state in states)

    def _state(self, draft: Draft) -> str:
        path = self.folder / draft.name
        if not path.exists():
            return "new"
        if path.read_bytes() == draft.data:
            return "same"
        return "kept" if draft.code else "changed"


def open_shelf(to: str | Path, dataset: str | None) -> tuple[Shelf, str]:
    """Return the folder of cases and the name of its dataset.

    Args:
        to: the folder; it need not exist.
        dataset: a name; by default that of the cases there, or the folder's own.
    """
    folder = Path(to)
    if folder.exists() and not folder.is_dir():
        message = f"to={str(to)!r} is a file; name a folder, in which {CASES} will be written."
        raise BadInputError(message)
    held = _bytes(folder / CASES)
    cases = tuple(_cases(folder / CASES, held))
    names = sorted({case["dataset"] for case in cases})
    if dataset is not None and names and names != [dataset]:
        message = (
            f"{str(folder / CASES)!r} holds the dataset {names[0]!r}, not {dataset!r}; name another"
            " folder, or leave dataset out."
        )
        raise BadInputError(message)
    return Shelf(folder, held, cases), dataset or next(iter(names), "") or _name(folder)


def _name(folder: Path) -> str:
    return folder.resolve().name or "regressions"


def _cases(path: Path, held: bytes) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(held.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except ValueError:
            case = None
        wrong = [name for name, kind in _NEEDED.items() if not _is(case, name, kind)]
        if wrong:
            message = (
                f"{str(path)!r}, line {number}, is no case: {', '.join(wrong[:3])} is missing or of"
                " another kind. Mend or remove that line; nothing was written."
            )
            raise BadInputError(message)
        found.append(case)
    return found


def _is(case: Any, name: str, kind: type | tuple[type, ...]) -> bool:
    return isinstance(case, dict) and isinstance(case.get(name), kind)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
