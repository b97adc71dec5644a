"""How does one get hold of a judge, whether it is a model far away or a function here?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature

from agentlens.scoring.judges.api.sender import ApiSender, open_sender
from agentlens.scoring.judges.api.told import safe
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.reply import Reply
from agentlens.tables.characters import whole

__all__ = ["LocalSender", "opened"]


def opened(judge: Judge, *, timeout: float = 120.0) -> "ApiSender | LocalSender":
    """Return a sender of a judge's requests; the caller closes it.

    Args:
        judge: whom to ask.
        timeout: seconds without a byte until a request counts as lost.

    Raises:
        BadInputError: there is no key, or the environment would send a request elsewhere.

    Example:
        >>> sender = opened(Judge.of(lambda prompt: prompt[:7], name="echo", version="1"))
        >>> sender.send({"system": "Answer.", "user": "pass"}).text
        'Answer.'
    """
    if judge.answer is not None:
        return LocalSender(judge.answer, judge.price)
    return open_sender(judge.base_url, timeout, judge.host)


@dataclass(frozen=True)
class LocalSender:
    """A function of this process, asked as if it were a server.

    Attributes:
        answer: gets the question and the item as one text.
        price: of one answer in USD.
        host: as judges name it.
    """

    answer: Callable[..., object]
    price: float = 0.0
    host: str = "local"

    def send(self, body: Mapping[str, object]) -> Reply:
        """Return what the function says.

        A function that fails has answered nothing: the item is rejected. If its answers cost
        money, nobody knows whether this one did, and it is treated like an answer that was lost.

        Args:
            body: with "system", "user" and "schema"; "repeat" goes to a function that takes it, so
                that asking again may have another answer.
        """
        form = json.dumps(body.get("schema", {}))
        prompt = f"{body['system']}\n\n{body['user']}\n\nThe schema of the answer:\n{form}"
        more = {"repeat": body["repeat"]} if "repeat" in body and _takes_repeat(self.answer) else {}
        try:
            said = self.answer(prompt, **more)
        except Exception as error:  # noqa: BLE001 - it is the user's, and may fail in any way
            detail = safe(f"{type(error).__name__}: {error}")
            return Reply(outcome="unknown" if self.price > 0 else "reject", detail=detail)
        text = whole(said) if isinstance(said, str) else _as_json(said)
        if text is None:
            detail = f"It returned {type(said).__name__}, not a text."
            return Reply(outcome="paid", status="unparsable", detail=detail)
        return Reply(outcome="paid", raw=text, text=text, status="" if text.strip() else "empty")

    def count(self, body: Mapping[str, object]) -> int | None:
        """Return None: a function counts no tokens.

        Args:
            body: not read.
        """
        del body
        return None

    def close(self) -> None:
        """Do nothing; there is no connection."""


def _takes_repeat(answer: Callable[..., object]) -> bool:
    try:
        return "repeat" in signature(answer).parameters
    except (TypeError, ValueError):  # a function that does not tell
        return False


def _as_json(said: object) -> str | None:
    """Return a mapping as the JSON that it stands for."""
    if not isinstance(said, Mapping):
        return None
    try:
        return json.dumps(dict(said))
    except (TypeError, ValueError):
        return None
