"""How does DeepEval read cases: as goldens in one JSON file?

Load them with `EvaluationDataset().add_goldens_from_json_file("deepeval_goldens.json")`.
"""

import json
from collections.abc import Iterable
from typing import Any

from agentlens.feedback.regressions.formats.draft import Case, Draft, as_text
from agentlens.feedback.regressions.formats.text import document

__all__ = ["drafts"]


def drafts(cases: tuple[Case, ...]) -> tuple[Draft, ...]:
    """Return the file of goldens; `actual_output` is the answer that failed."""
    return (Draft("deepeval_goldens.json", document([_golden(case) for case in cases])),)


def _golden(case: Case) -> dict[str, Any]:
    return {
        "name": case["id"],
        "input": as_text(case),
        "expected_output": case["expected"],
        "actual_output": case["bad_output"],
        "context": [],
        "retrieval_context": case["context"]["retrieved"],
        "tools_called": list(_tools(case["context"]["tools"])),
        "comments": case["pattern"],
        "additional_metadata": {
            "pattern": case["pattern"],
            "expected_is": case["expected_is"],
            "source_trace": case["source_trace"],
            "version": case["version"],
            "n_alike": case["n_alike"],
            **case["metadata"],
        },
    }


def _tools(steps: Iterable[Case]) -> Iterable[dict[str, Any]]:
    for step in steps:
        called = {"name": step["name"] or "tool", "output": step.get("output")}
        yield called | {"input_parameters": _parameters(step.get("arguments"))}


def _parameters(given: str | None) -> dict[str, Any] | None:
    """Return arguments as an object, which they must be there; a text is one argument."""
    if given is None:
        return None
    try:
        held = json.loads(given)
    except ValueError:
        return {"input": given}
    return held if isinstance(held, dict) else {"input": given}
