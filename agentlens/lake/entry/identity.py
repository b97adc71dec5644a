"""Is this folder a lake, whose is it, and can this version read it?"""

from dataclasses import asdict, dataclass
from uuid import uuid4

from agentlens.errors import BadInputError
from agentlens.lake.files.manifest import sealed, unsealed
from agentlens.lake.store.history import Store

__all__ = ["FORMAT", "Identity", "create", "identify"]

FORMAT = 1
_FILE = "lake.json"
_OURS = {"locks", "snapshots", "lists", "data", "quarantine", "ledger", "claims"}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a lake says of itself.

    Attributes:
        format: the version of the layout on disk.
        id: a random word that no other lake has.
        created: when.
        redaction: how rows are redacted at the door; "none" where they are not.
        key: the fingerprint of the redaction key; empty where there is none.
    """

    format: int
    id: str
    created: str
    redaction: str
    key: str


def identify(store: Store, *, key: str | None = None) -> Identity | None:
    """Return what the lake says of itself; None where there is none yet.

    Args:
        store: where it is.
        key: the fingerprint of the redaction key at hand; not compared if None.
    """
    root = store.root
    if root.exists() and not root.is_dir():
        message = f"{str(root)!r} is a file; a lake is a folder."
        raise BadInputError(message)
    path = root / _FILE
    if not path.exists():
        others = sorted({one.name for one in root.iterdir()} - _OURS) if root.exists() else []
        others = [one for one in others if not one.startswith(f"{_FILE}.")]
        if others:
            message = (
                f"{str(root)!r} is no lake: it has no {_FILE}, and holds {others[0]!r}"
                f"{' and more' if len(others) > 1 else ''}. Give a new or an empty folder."
            )
            raise BadInputError(message)
        return None
    content = unsealed(path.read_bytes(), _FILE)
    if content["format"] > FORMAT:
        message = (
            f"The lake {str(root)!r} has format {content['format']}; this AgentLens knows format"
            f" {FORMAT}. Update AgentLens to read it."
        )
        raise BadInputError(message)
    found = Identity(**content)
    if key is not None and found.key and found.key != key:
        message = (
            f"The lake {str(root)!r} was written with the redaction key {found.key!r}, and the key"
            f" at hand is {key!r}: users would get new names, and joins with the history break."
            " Use the key of this lake, or a new folder."
        )
        raise BadInputError(message)
    return found


def create(store: Store, *, redaction: str, key: str) -> Identity:
    """Return what the lake says of itself, after it was made where it was not there."""
    there = identify(store, key=key or None)
    if there is not None:
        return there
    mine = Identity(
        format=FORMAT,
        id=uuid4().hex,
        created=store.clock().isoformat(),
        redaction=redaction,
        key=key,
    )
    try:
        store.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = store.disk.create(store.root / _FILE, sealed(asdict(mine)))
    except OSError as error:
        message = f"The lake {str(store.root)!r} cannot be made: {error.strerror or error}."
        raise BadInputError(message) from error
    return mine if made else create(store, redaction=redaction, key=key)
