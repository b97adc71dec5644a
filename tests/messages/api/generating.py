"""What does a model say, and how many tokens does that take?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any

from tests.messages.ledger import Bill, Ledger, cost, digest
from tests.messages.options import Options
from tests.messages.truths import words

__all__ = ["Model", "tokens"]

_FAULT = re.compile(r"fault=(\w+)")
_STOPS = {
    "refusal": "refusal",
    "truncated": "max_tokens",
    "window": "model_context_window_exceeded",
    "pause": "pause_turn",
}
_SAYS = {
    "empty": "",
    "blank": " \n",
    "refusal": "",
    "prose": "I think that this passes.",
    "offschema": '{"verdict": "certainly"}',
    "list": '["pass"]',
}


def tokens(text: str) -> int:
    """Return how many tokens a text has, here."""
    return -(-len(text.encode()) // 4)


@dataclass
class Model:
    """Answers, and bills each answer.

    An item that holds fault=refusal, truncated, window, pause, empty, blank, prose, offschema,
    list or thinking is answered so; all of that is billed.
    """

    options: Options
    ledger: Ledger
    asked: dict[str, int] = field(default_factory=dict)
    _kept: set[str] = field(default_factory=set)
    _ids: Any = field(default_factory=count)

    def message(self, body: Mapping[str, Any], custom_id: str = "") -> dict[str, Any]:
        """Return the answer to a body, billed."""
        key, text = digest(body), words(body["messages"][-1]["content"])
        time = self.asked.get(key, 0)
        self.asked[key] = time + 1
        found = _FAULT.search(text)
        fault = found[1] if found else ""
        said = _SAYS.get(fault, "") if fault in _SAYS else self.options.answer(body, time)
        thought = self.options.thinks or (200 if fault == "thinking" else 0)
        stop = _STOPS.get(fault, "end_turn")
        if fault == "truncated" or tokens(said) + thought > body["max_tokens"]:
            said, stop = said[: len(said) // 2], "max_tokens"
        usage = self._usage(body, tokens(said) + thought, thought, custom_id)
        number = next(self._ids)
        model = str(body["model"])
        answer = {
            "id": f"msg_{number:06d}{key[:6]}",
            "type": "message",
            "role": "assistant",
            "model": self.options.returned(model, number),
            "content": [*_thoughts(thought, key), *_texts(said, fault)],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }
        if stop == "refusal":
            why = {"type": "refusal", "category": "general_harms", "explanation": None}
            answer["stop_details"] = why
        usd, via = cost(model, usage, batch=bool(custom_id)), "batch" if custom_id else "sync"
        self.ledger.add(Bill(key, model, usage, usd, via, str(answer["id"]), custom_id))
        return answer

    def count(self, body: Mapping[str, Any]) -> int:
        """Return the tokens that a body would be read as."""
        said = [words(body.get("system")), *(words(one["content"]) for one in body["messages"])]
        form = (body.get("output_config") or {}).get("format") or ""
        return sum(tokens(text) for text in said) + (tokens(str(form)) if form else 0) + 8

    def _usage(
        self, body: Mapping[str, Any], out: int, thought: int, custom_id: str
    ) -> dict[str, Any]:
        system, total = body.get("system"), self.count(body)
        block = system[-1] if isinstance(system, list) and system else {}
        keeps = block.get("cache_control") or {}
        prompt = words(system)
        held = tokens(prompt) if keeps else 0
        known = sha256(f"{body['model']}{prompt}".encode()).hexdigest()
        read = held if known in self._kept else 0
        wrote = held - read
        if held:
            self._kept.add(known)
        hour = wrote if keeps.get("ttl") == "1h" else 0
        return {
            "input_tokens": total - held,
            "output_tokens": min(out + 4, body["max_tokens"]),
            "cache_creation_input_tokens": wrote,
            "cache_creation": {
                "ephemeral_5m_input_tokens": wrote - hour,
                "ephemeral_1h_input_tokens": hour,
            },
            "cache_read_input_tokens": read,
            "output_tokens_details": {"thinking_tokens": thought},
            "service_tier": "batch" if custom_id else "standard",
            "inference_geo": self.options.geo,
        }


def _thoughts(thought: int, key: str) -> list[dict[str, Any]]:
    return [{"type": "thinking", "thinking": "", "signature": key[:24]}] if thought else []


def _texts(said: str, fault: str) -> list[dict[str, Any]]:
    """Return the text in two blocks where it is long enough: whoever takes one loses half."""
    if fault in {"empty", "refusal"}:
        return []
    half = len(said) // 2
    parts = [said[:half], said[half:]] if half else [said]
    return [{"type": "text", "text": part} for part in parts]
