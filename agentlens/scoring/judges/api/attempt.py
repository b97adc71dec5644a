"""What becomes of one call of the SDK, whichever way it ends?"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from agentlens.scoring.judges.api.outcomes import lost, never_sent, refused

__all__ = ["attempted", "decoded"]


def attempted(call: Callable[[], Any]) -> Any:
    """Return what a call of the SDK returns, or a Reply that says what went wrong.

    Args:
        call: the call.
    """
    import anthropic  # noqa: PLC0415 - slow to load, and only who asks the API needs it

    try:
        return call()
    except anthropic.APIStatusError as error:
        return refused(error)
    except anthropic.APIConnectionError as error:
        return lost(error)
    except anthropic.AnthropicError as error:
        return never_sent("stop", f"{type(error).__name__}: the credentials cannot be used.")
    except UnicodeError:
        return never_sent("reject", "The text holds half a character, which cannot be sent.")
    except Warning as warning:  # whoever makes errors of warnings hears of models that end so
        return never_sent("stop", str(warning).split("\n", 1)[0])


def decoded(got: Any) -> Mapping[str, Any]:
    """Return the object in an answer with a status of success, {} where it is none.

    Args:
        got: the raw answer.
    """
    try:
        body = json.loads(got.http_response.text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, Mapping) else {}
