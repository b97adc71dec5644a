"""How does promptfoo read cases: as tests with variables and assertions?

Name the file in your configuration: `tests: file://promptfoo_tests.yaml`, with a prompt that says
{{input}}. promptfoo runs templates in variables and loads what begins with file:// or package:, so
a text that would set it off is handed over as JSON and read back by its own `load` filter.
"""

import re
from typing import Any

from agentlens.feedback.regressions.formats.draft import Case, Draft
from agentlens.feedback.regressions.formats.text import document, inert

__all__ = ["drafts"]

_ACTS = re.compile(r"\{[{%#]|[}%#]\}")
_LOADED = ("file:", "package:", "http:", "https:", "exec:", "data:")
_SPACES = re.compile(r"[ \t\n\v\f\r]+")
"""Those on which Python and JavaScript agree."""

_SAID = 'String(typeof output === "string" ? output : JSON.stringify(output))'


def drafts(cases: tuple[Case, ...]) -> tuple[Draft, ...]:
    """Return the file of tests, JSON in form and so YAML as well."""
    return (Draft("promptfoo_tests.yaml", document([_test(case) for case in cases])),)


def _test(case: Case) -> dict[str, Any]:
    given = case["input"]
    said = given if isinstance(given, str) else inert(given)
    wanted = _variable("wanted", _wanted(case))
    return {
        "description": _plain(f"{case['id']} {case['pattern']}"),
        "vars": _variable("input", said) | wanted,
        "assert": [
            {"type": "javascript", "metric": "not as before", "value": _not_as_before(case)},
            *_matches(case),
            {"type": "llm-rubric", "metric": "as wanted", "value": wanted["wanted"]},
        ],
        "metadata": {
            "id": case["id"],
            "pattern": _plain(case["pattern"]),
            "source_trace": _plain(case["source_trace"]),
            "version": case["version"],
        },
    }


def _variable(name: str, value: str) -> dict[str, str]:
    r"""Return a variable that renders to this text and does nothing else.

    >>> _variable("input", "{{ 7 * 7 }}")["input_json"]
    '"\\u007b\\u007b 7 * 7 \\u007d\\u007d"'
    """
    begins = value.lstrip().lower().startswith(_LOADED)
    if not begins and not _ACTS.search(value) and not value.endswith("\n"):
        return {name: value}
    return {name: f"{{{{ {name}_json | load }}}}", f"{name}_json": inert(value)}


def _wanted(case: Case) -> str:
    if case["expected_is"] == "answer":
        return f"The answer agrees with this one: {case['expected']}"
    return str(case["expected"])


def _not_as_before(case: Case) -> str:
    bad = _SPACES.sub(" ", case["bad_output"]).strip(" ")
    fold = f'{_SAID}.split(/[ \\t\\n\\v\\f\\r]+/).filter(Boolean).join(" ")'
    return f'{fold} !== "" && {fold} !== {inert(bad)}'


def _matches(case: Case) -> list[dict[str, str]]:
    found = []
    for name, sign in (("must_match", ""), ("must_not_match", "!")):
        if case.get(name):
            test = f"{sign}new RegExp({inert(case[name])}).test({_SAID})"
            found.append({"type": "javascript", "metric": name, "value": test})
    return found


def _plain(words: str) -> str:
    """Return words for a reader, without what promptfoo would run or load."""
    told = words.replace("{", "(").replace("}", ")")
    return f"’{told}’" if told.lower().startswith(_LOADED) else told
