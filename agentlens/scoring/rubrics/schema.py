"""In which form must a judge answer?"""

from agentlens.scoring.rubrics.rubric import Rubric

__all__ = ["CONFIDENCES", "schema"]

CONFIDENCES = (0, 25, 50, 75, 100)


def schema(rubric: Rubric) -> dict[str, object]:
    """Return the JSON schema of an answer: evidence before the verdict, enumerations throughout.

    A judge that has to quote first, decides on what it quoted. Bounds on numbers are not enforced
    by the API; enumerations are.

    >>> list(schema(Rubric("tone", 1, "Is it polite?"))["properties"])
    ['evidence', 'verdict', 'confidence']
    """
    if not rubric.criteria:
        return _object(_question(rubric))
    return _object({name: _object(_question(rubric)) for name in rubric.criteria})


def _question(rubric: Rubric) -> dict[str, object]:
    answer = {"type": "string", "enum": list(rubric.verdicts)}
    degrees = {"type": "integer", "enum": list(rubric.scale or ())}
    return {
        "evidence": {
            "type": "string",
            "description": "Step numbers or a short quotation on which the verdict rests.",
        },
        "verdict": answer if rubric.scale is None else degrees,
        "confidence": {
            "type": "integer",
            "enum": list(CONFIDENCES),
            "description": "How sure you are, in percent.",
        },
    }


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
