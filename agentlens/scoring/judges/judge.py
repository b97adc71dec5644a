"""Who judges, and what makes it the same judge?"""

import json
import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from hashlib import sha256
from math import inf
from urllib.parse import urlsplit

from agentlens.errors import BadInputError
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.rubrics.schema import schema

__all__ = ["API_VERSION", "Judge"]

API_VERSION = "2026-10-21"
HOST = "api.anthropic.com"
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_DATED = re.compile(r"-20\d{6}$")
_LEAST_TOKENS = 256
_ID = 16


@dataclass(frozen=True)
class Judge:
    """Who judges: a model behind the Anthropic API, or any function from a prompt to a text.

    Two judges that differ in anything that is known before the call are two judges, and what was
    learnt of one says nothing of the other.

    Attributes:
        model: the model asked; or the name of a function.
        effort: low, medium, high, …; None leaves it to the model.
        thinking: "adaptive", "disabled" or another kind of the API; None leaves it to the model.
        max_tokens: of an answer, thoughts included: below a few thousand a model that thinks may
            be cut before it says anything.
        base_url: of a gateway or a local server; None is the API itself.
        answer: the function, for a judge that is one.
        version: of the function.
        price: of one of its answers, in USD.

    Example:
        >>> Judge("claude-haiku-5-5", effort="low").short
        'haiku-5-5'
        >>> Judge.of(lambda prompt: '{"verdict": "pass"}', name="lenient", version="1").host
        'local'
    """

    model: str
    _: KW_ONLY
    effort: str | None = None
    thinking: str | None = None
    max_tokens: int = 4096
    base_url: str | None = None
    answer: Callable[..., str] | None = field(default=None, repr=False, compare=False)
    version: str = ""
    price: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no judge can be."""
        model: object = self.model
        if not isinstance(model, str) or not model.strip():
            message = (
                f"A judge is named by its model, such as 'claude-haiku-5-5', not {self.model!r}."
            )
            raise BadInputError(message)
        if self.effort is not None and self.effort not in _EFFORTS:
            message = f"effort is one of {', '.join(_EFFORTS)} or None, not {self.effort!r}."
            raise BadInputError(message)
        whole: object = self.max_tokens
        if isinstance(whole, bool) or not isinstance(whole, int) or whole < _LEAST_TOKENS:
            message = f"max_tokens is a whole number from {_LEAST_TOKENS}, not {whole!r}."
            raise BadInputError(message)
        if self.base_url is not None and not urlsplit(self.base_url).hostname:
            message = (
                f"base_url is an address such as 'http://127.0.0.1:80', not {self.base_url!r}."
            )
            raise BadInputError(message)
        if self.answer is not None and not callable(self.answer):
            message = f"Judge.of takes a function from a prompt to a text, not {self.answer!r}."
            raise BadInputError(message)
        if self.answer is not None and not self.version:
            message = f"Judge.of({self.model!r}): version is a text, new whenever the function is."
            raise BadInputError(message)
        cost: object = self.price
        if isinstance(cost, bool) or not isinstance(cost, (int, float)) or not 0 <= cost < inf:
            message = f"price is USD for one answer, 0 or more, not {cost!r}."
            raise BadInputError(message)

    @classmethod
    def of(
        cls, answer: Callable[..., str], *, name: str, version: str, price: float = 0.0
    ) -> "Judge":
        """Return a judge that is a function from a prompt to a text: a local model, a rule.

        Args:
            answer: gets the question, the item and the schema of the answer as one text, and as
                `repeat=`, where it takes that, which asking this is; returns the JSON wanted.
            name: shown on every card.
            version: change it whenever the function changes: what was judged is not judged again.
            price: of one answer in USD.
        """
        return cls(name, answer=answer, version=version, price=price)

    @property
    def local(self) -> bool:
        """Whether it is a function of this process."""
        return self.answer is not None

    @property
    def host(self) -> str:
        """The machine that answers."""
        if self.local:
            return "local"
        if self.base_url is None:
            return HOST
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def short(self) -> str:
        """The name as cards show it."""
        if self.local:
            return self.model
        return _DATED.sub("", self.model.removeprefix("claude-"))

    @property
    def said(self) -> str:
        """The name with all that was asked of it, to tell two judges of one model apart."""
        asked = [f"effort {self.effort}"] if self.effort else []
        asked += [f"thinking {self.thinking}"] if self.thinking else []
        asked += [f"version {self.version}"] if self.version else []
        return " ".join([self.model, *asked])

    def id(self, rubric: Rubric) -> str:
        """Return the hash of all that is known before a call is made."""
        known = {
            "model": self.model,
            "host": self.host,
            "rubric": rubric.hash,
            "schema": schema(rubric),
            "effort": self.effort,
            "thinking": self.thinking,
            "max_tokens": self.max_tokens,
            "api": API_VERSION,
            "render": rubric.render,
            "version": self.version,
        }
        return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:_ID]

    def body(self, rubric: Rubric, system: str, user: str) -> dict[str, object]:
        """Return the whole request.

        Args:
            rubric: gives the form of the answer.
            system: the words that all items share.
            user: the item.
        """
        if self.local:
            told = {"judge": self.model, "version": self.version}
            return told | {"system": system, "user": user, "schema": schema(rubric)}
        output: dict[str, object] = {"format": {"type": "json_schema", "schema": schema(rubric)}}
        if self.effort is not None:
            output["effort"] = self.effort
        body: dict[str, object] = {
            "model": self.model,
            "max_tokens": self.max_tokens,
            "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": "user", "content": user}],
            "output_config": output,
        }
        if self.thinking is not None:
            body["thinking"] = {"type": self.thinking}
        return body
