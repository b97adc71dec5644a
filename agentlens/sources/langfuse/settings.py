"""Which Langfuse, with which key?"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from agentlens.errors import BadInputError

__all__ = ["Settings", "settings_of"]

_CLOUD = "https://cloud.langfuse.com"
_SHOWN = 6


@dataclass(frozen=True)
class Settings:
    """Where Langfuse is and how to be let in; the secret shows itself nowhere.

    Attributes:
        host: the address, with a path where there is one.
        public_key: the public half of the key.
        secret_key: the secret half.
    """

    host: str
    public_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The host and as much of the key as tells two apart."""
        return f"{self.host} (key {self.public_key[:_SHOWN]}…)"


def settings_of(
    host: str | None = None,
    public_key: str | None = None,
    secret_key: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings: what is given, else what the environment says, as Langfuse's SDK reads it.

    Args:
        host: the address; else LANGFUSE_BASE_URL, LANGFUSE_HOST, or Langfuse's cloud.
        public_key: else LANGFUSE_PUBLIC_KEY.
        secret_key: else LANGFUSE_SECRET_KEY.
        environ: the environment, if it is not the process's own.

    Raises:
        BadInputError: a key is missing or two were swapped, or the address is none.
    """
    said = os.environ if environ is None else environ
    where = host or said.get("LANGFUSE_BASE_URL") or said.get("LANGFUSE_HOST") or _CLOUD
    public = public_key or said.get("LANGFUSE_PUBLIC_KEY", "")
    secret = secret_key or said.get("LANGFUSE_SECRET_KEY", "")
    parts = urlsplit(where)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"{where!r} is no address of a Langfuse. Write it like {_CLOUD!r}."
        raise BadInputError(message)
    if parts.username or parts.password:
        message = "The address of Langfuse must not hold a name or password; use the two keys."
        raise BadInputError(message)
    for name, value in (("LANGFUSE_PUBLIC_KEY", public), ("LANGFUSE_SECRET_KEY", secret)):
        if not value.strip():
            message = (
                f"{name} is not set. Create a key in Langfuse under project settings, API keys, and"
                " set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY (and LANGFUSE_BASE_URL for a"
                " server of your own)."
            )
            raise BadInputError(message)
    if public.startswith("sk-lf-") or secret.startswith("pk-lf-"):
        message = (
            "The two keys of Langfuse are swapped: the public one begins with pk-lf-, the secret"
            " one with sk-lf-."
        )
        raise BadInputError(message)
    return Settings(where.rstrip("/"), public.strip(), secret.strip())
