"""Who judges where there is no model and no network: fixed rules that know the demo's phrases.

It reads no meaning. It knows by heart the sentences with which the invented agent of `demo`
answers, and errs at a rate that is stated, so that everything around a judge can be tried, tested
and taught offline, and the numbers that come out can be held against the truth.
"""

import json
import re
from collections.abc import Callable
from hashlib import sha256

from agentlens.errors import BadInputError
from agentlens.scoring.judges.judge import Judge
from agentlens.sources.demo.record import phrases

__all__ = ["demo_judge", "draw", "served"]

_OUTPUT = re.compile(r"<output-[0-9a-f]+>\n(.*?)\n</output-", re.DOTALL)
_STEP = re.compile(r"<step-[0-9a-f]+>\n(.*?)\n</step-", re.DOTALL)
_SLOT = re.compile(r"\\\{\w+\\\}")
_STEADY = 0.8
_USUAL = (0.92, 0.85, 0.02)
_QUOTED = 60


def demo_judge(
    name: str = "demo-rules-1",
    *,
    sensitivity: float = 0.92,
    specificity: float = 0.85,
    abstains: float = 0.02,
) -> Judge:
    """Return a judge that needs no network: rules for the texts of `demo`, with planted errors.

    It is no model and says so by its name. Of its errors four in five come back when it is asked
    again about the same item, the others are there once, as with a real judge.

    Args:
        name: another name errs on other traces.
        sensitivity: share of what served the user that it passes.
        specificity: share of what did not that it fails.
        abstains: share on which it says "unknown".

    Example:
        >>> demo_judge().short
        'demo-rules-1'
    """
    rates = {"sensitivity": sensitivity, "specificity": specificity, "abstains": abstains}
    for word, rate in rates.items():
        if not 0 <= rate <= 1:
            message = f"{word} is a share from 0 to 1, not {rate!r}."
            raise BadInputError(message)
    version = (
        "1"
        if tuple(rates.values()) == _USUAL
        else f"1-{draw(*rates.values()):.6f}".replace("0.", "")
    )
    return Judge.of(_rules(name, sensitivity, specificity, abstains), name=name, version=version)


def served(output: str) -> bool:
    """Return whether the invented agent served its user, by the sentence that it ends with.

    >>> served("Done: the new address is used from your next order on.")
    True
    >>> served("Please log in to change your settings.")
    False
    """
    return _GOOD.match(output.strip()) is not None


def _rules(
    name: str, sensitivity: float, specificity: float, abstains: float
) -> Callable[..., str]:
    def answer(prompt: str, repeat: int = 1) -> str:
        """Return an answer to a prompt; the same one whenever the same is asked."""
        right, seen = _truth(prompt)
        luck = draw(name, prompt, 0)
        again = luck if draw(name, prompt, 1) < _STEADY else draw(name, prompt, 2, repeat)
        passes = again < sensitivity if right else again >= specificity
        verdict = "pass" if passes else "fail"
        if draw(name, prompt, 3) < abstains:
            verdict = "unknown"
        sure = draw(name, prompt, 4) + (0.35 if passes == right else -0.1)
        steps = (100, 75, 50, 25)
        confidence = next((one for one in steps if 100 * sure >= one), 25)
        return _said(prompt, verdict, f'output: "{seen[:_QUOTED]}"', confidence)

    return answer


def _truth(prompt: str) -> tuple[bool, str]:
    """Return what is so, and the words from which it can be told."""
    step = _STEP.search(prompt)
    if step is not None:
        wrong = re.search(r'"amount": \d{3,}\b(?!\.)', step.group(1)) is not None
        return not wrong, step.group(1)
    output = _OUTPUT.search(prompt)
    words = output.group(1) if output else ""
    return served(words), words


def _said(prompt: str, verdict: str, evidence: str, confidence: int) -> str:
    """Return the JSON that the schema in the prompt asks for."""
    form = json.loads(prompt.rpartition("\n")[2]).get("properties", {})
    if "verdict" in form:
        return json.dumps(_one(form, verdict, evidence, confidence))
    return json.dumps(
        {
            name: _one(part.get("properties", {}), verdict, evidence, confidence)
            for name, part in form.items()
        }
    )


def _one(
    form: dict[str, dict[str, list[object]]], verdict: str, evidence: str, confidence: int
) -> dict[str, object]:
    words = form["verdict"]["enum"]
    said: object = verdict
    if verdict not in words:
        said = words[-1] if verdict == "pass" else words[0]
    return {"evidence": evidence, "verdict": said, "confidence": confidence}


def draw(*parts: object) -> float:
    """Return a number from 0 to 1 that is always the same for the same parts.

    Args:
        parts: what the number belongs to.
    """
    told = "\x1f".join(map(str, parts))
    return int.from_bytes(sha256(told.encode(errors="backslashreplace")).digest()[:8]) / 2**64


def _template(words: str) -> str:
    return _SLOT.sub(".+?", re.escape(words))


_GOOD = re.compile("|".join(_template(one) for own in phrases.GOOD for one in own), re.DOTALL)
