"""How does pytest run cases: as a test file beside them that finds the agent?"""

from agentlens.feedback.regressions.formats.draft import Case, Draft

__all__ = ["drafts"]

_TESTS = '''\
"""Do failures that were seen once stay away?

Written once by AgentLens and yours to change; the cases are in cases.jsonl beside this file.

Your agent is a function that gets the input of a case, a text or a list of messages, and returns
its answer. It is found through the variable AGENTLENS_AGENT="package.module:function", or as a
fixture called `agent` in conftest.py that returns the function. A grader may be given the same way
(AGENTLENS_GRADER, or a fixture called `grader`): it gets the case and the answer, and returns True,
False, or a sentence that says what is wrong.
"""

import importlib
import json
import os
import re
from pathlib import Path

import pytest

HELD = Path(__file__).with_name("cases.jsonl").read_bytes()
CASES = [json.loads(line) for line in HELD.split(b"\\n") if line.strip()]


def found(request, fixture, variable):
    named = os.environ.get(variable)
    if named:
        module, _, name = named.partition(":")
        return getattr(importlib.import_module(module), name)
    try:
        return request.getfixturevalue(fixture)
    except pytest.FixtureLookupError as error:
        if error.argname != fixture:
            raise
        return None


def folded(words):
    return " ".join(words.split())


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_does_not_fail_like_this_again(case, request):
    agent = found(request, "agent", "AGENTLENS_AGENT")
    if agent is None:
        pytest.skip('No agent: set AGENTLENS_AGENT="package.module:function" or make a fixture.')
    answer = agent(case["input"])
    said = answer if isinstance(answer, str) else json.dumps(answer, sort_keys=True, default=str)
    story = f"{case['pattern']} (trace {case['source_trace']})"
    if not folded(said):
        pytest.fail(f"There is no answer: {story}", pytrace=False)
    if folded(said) == folded(case["bad_output"]):
        pytest.fail(f"The answer is the one that failed: {story}", pytrace=False)
    if case.get("must_match") and not re.search(case["must_match"], said):
        pytest.fail(f"The answer lacks {case['must_match']!r}: {story}", pytrace=False)
    if case.get("must_not_match") and re.search(case["must_not_match"], said):
        pytest.fail(f"The answer has {case['must_not_match']!r}: {story}", pytrace=False)
    grader = found(request, "grader", "AGENTLENS_GRADER")
    verdict = True if grader is None else grader(case, said)
    if verdict is not True:
        pytest.fail(f"{verdict or case['expected']}: {story}", pytrace=False)
'''


def drafts(cases: tuple[Case, ...]) -> tuple[Draft, ...]:
    """Return the test file, which is the same for all cases."""
    del cases
    return (Draft("test_regressions.py", _TESTS.encode(), code=True),)
