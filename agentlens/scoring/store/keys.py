"""When are two questions the same question, so that one answer serves both?"""

import json
from collections.abc import Mapping
from hashlib import sha256

from agentlens.scoring.judges.judge import API_VERSION

__all__ = ["AGAIN", "canonical", "key_of"]

_FORMAT = 1
AGAIN = 1_000_000
"""Added to a repeat's number for each time that an answer without a verdict is asked for again."""


def canonical(body: Mapping[str, object]) -> str:
    """Return a request in one form only: the same words, settings and schema are the same text."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def key_of(host: str, told: str, repeat: int) -> str:
    """Return the name under which an answer is kept, 64 hexadecimal digits.

    Everything that the judge reads is in it, and nothing else: traces that say the same in the same
    context share an answer, and the ids of traces do not matter.

    Args:
        host: the machine that answers.
        told: the canonical request.
        repeat: the number of the repeat, from 0.
    """
    whole = (
        f'{{"api":{json.dumps(API_VERSION)},"body":{told},"format":{_FORMAT},'
        f'"host":{json.dumps(host)},"repeat":{repeat}}}'
    )
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
