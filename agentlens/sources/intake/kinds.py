"""Which of our kinds is a step, whatever its source calls it?"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

__all__ = ["KINDS", "kind_of", "kinds_of"]

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "generation": "llm",
        "chat": "llm",
        "chat_model": "llm",
        "llm": "llm",
        "model": "llm",
        "text_completion": "llm",
        "generate_content": "llm",
        "tool": "tool",
        "execute_tool": "tool",
        "function": "tool",
        "agent": "agent",
        "invoke_agent": "agent",
        "create_agent": "agent",
        "plan": "agent",
        "task": "agent",
        "retriever": "retrieval",
        "retrieval": "retrieval",
        "reranker": "retrieval",
        "embedding": "embedding",
        "embeddings": "embedding",
        "guardrail": "guardrail",
        "evaluator": "evaluator",
        "score": "evaluator",
        "review": "evaluator",
        "event": "event",
    }
)
"""Words of all sources, lower case; whatever is not here is a chain."""


def kind_of(word: object) -> str:
    """Return our kind for a source's word.

    >>> kind_of("GENERATION"), kind_of("invoke_workflow"), kind_of(None)
    ('llm', 'chain', 'chain')
    """
    return KINDS.get(word.lower(), "chain") if isinstance(word, str) else "chain"


def kinds_of(words: Sequence[object]) -> list[str]:
    """Return our kind for each word of a source.

    >>> kinds_of(["GENERATION", "GENERATION", None])
    ['llm', 'llm', 'chain']
    """
    texts = [word if isinstance(word, str) else "" for word in words]
    known = {text: kind_of(text) for text in {*texts}}
    return [known[text] for text in texts]
