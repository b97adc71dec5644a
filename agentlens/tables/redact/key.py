"""Where is the secret key, and is it the one that was used before?"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agentlens.errors import BadInputError
from agentlens.tables.redact.tokens import digest

__all__ = ["VARIABLE", "Key", "fingerprint", "key_of", "redaction_key"]

VARIABLE = "AGENTLENS_REDACT_KEY"
_SHORTEST = 16
_HELD = re.compile(r"[0-9a-f]{64}\n")
_OTHERS = 0o077
_PRINT = 12


@dataclass(frozen=True)
class Key:
    """A secret key, which never shows itself.

    Attributes:
        value: the secret.
        place: where it is kept: a file, a variable, or "" for one given in a call.
        made: whether it was made just now.
    """

    value: bytes = field(repr=False)
    place: str = ""
    made: bool = False

    @property
    def sentence(self) -> str:
        """Where the key is, as a report says it; "" for a key given in a call."""
        if not self.place:
            return ""
        if self.place == VARIABLE:
            return f"ids and tokens were made with the key in the variable {VARIABLE}"
        verb = "was made in" if self.made else "is in"
        return (
            f"the key of ids and tokens {verb} {self.place}; keep it and do not share it: "
            f"with another key users get new names"
        )


def redaction_key(
    *, folder: str | Path | None = None, environ: Mapping[str, str] | None = None
) -> Key:
    """Return the secret key: the variable's, else the file's, which is made on first use.

    Args:
        folder: where the key file is; by default the user's own folder for settings.
        environ: the variables; by default those of this process.

    Example:
        >>> key = redaction_key(environ={"AGENTLENS_REDACT_KEY": "correct horse battery"})
        >>> key
        Key(place='AGENTLENS_REDACT_KEY', made=False)
    """
    variables = os.environ if environ is None else environ
    given = variables.get(VARIABLE)
    if given is not None:
        return Key(_checked(given.strip().encode(), f"The variable {VARIABLE}"), VARIABLE)
    file = (Path(folder) if folder is not None else _settings(variables)) / "redact.key"
    made = not file.exists() and _made(file)
    return Key(_read(file), str(file), made)


def key_of(given: "Key | bytes | str | None") -> Key:
    """Return what a caller gave as a key; None takes the user's own."""
    if given is None:
        return redaction_key()
    if isinstance(given, Key):
        return given
    if not isinstance(given, (bytes, str)):
        message = f"A key is text or bytes, not {type(given).__name__}."
        raise BadInputError(message)
    return Key(_checked(given.encode() if isinstance(given, str) else given, "The key"))


def fingerprint(key: Key | bytes) -> str:
    """Return a short text by which a key is recognised and from which it cannot be found.

    >>> fingerprint(b"0123456789abcdef")
    'fteazb2btubx'
    """
    value = key.value if isinstance(key, Key) else key
    return digest(value, "fingerprint")[:_PRINT].lower()


def _checked(value: bytes, what: str) -> bytes:
    if len(value) < _SHORTEST:
        message = (
            f"{what} has {len(value)} characters; a key that cannot be guessed has {_SHORTEST} or "
            "more. Make one with: python -c 'import secrets; print(secrets.token_hex())'"
        )
        raise BadInputError(message)
    return value


def _settings(variables: Mapping[str, str]) -> Path:
    """Return the folder in which this system keeps a user's settings."""
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        if variables.get(name):
            return Path(variables[name]) / "agentlens"
    return Path.home() / ".config" / "agentlens"


def _made(file: Path) -> bool:
    """Write a new key, and return whether it is ours and not that of one who was quicker.

    The whole file gets its name in one step, so that nobody can read half a key.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}-{os.getpid()}-{secrets.token_hex(4)}")
    _write(draft, f"{secrets.token_hex(32)}\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        return _claimed(file, draft.read_text(encoding="ascii"))
    finally:
        draft.unlink()
    return True


def _claimed(file: Path, content: str) -> bool:
    try:
        _write(file, content)
    except FileExistsError:
        return False
    return True


def _write(file: Path, content: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content.encode())
        out.flush()
        os.fsync(out.fileno())


def _read(file: Path) -> bytes:
    content = file.read_text(encoding="ascii", errors="replace")
    if not _HELD.fullmatch(content):
        message = (
            f"The key file {str(file)!r} does not hold a key of 64 hexadecimal digits. Bring back "
            "the file that was there, or remove it to begin with new names for all users."
        )
        raise BadInputError(message)
    if os.name == "posix" and file.stat().st_mode & _OTHERS:
        message = (
            f"The key file {str(file)!r} can be read by other users of this machine. "
            f"Say: chmod 600 {file}"
        )
        raise BadInputError(message)
    return bytes.fromhex(content.strip())
