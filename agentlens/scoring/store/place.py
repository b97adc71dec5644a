"""Is this a place where several programs can safely write one file?"""

from pathlib import Path

from agentlens.drive import network_drive

__all__ = ["cloud_folder", "notes_of", "slow_note"]

_CLOUDS = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "mobile documents": "iCloud",
    "cloudstorage": "a cloud drive",
    "nextcloud": "Nextcloud",
    "box sync": "Box",
}


def cloud_folder(path: Path) -> str:
    """Return the service that copies a folder to other machines, "" where its name shows none.

    >>> cloud_folder(Path("/home/ana/Dropbox/agents/judge.sqlite"))
    'Dropbox'
    """
    for part in path.absolute().parts:
        for start, name in _CLOUDS.items():
            if part.lower().startswith(start):
                return name
    return ""


def notes_of(path: Path) -> tuple[str, ...]:
    """Return what a user should know about the place of a store, sentences."""
    drive, cloud = network_drive(path), cloud_folder(path)
    notes = [slow_note(path, drive)] if drive else []
    if cloud:
        notes.append(
            f"The store {str(path)!r} lies in a folder that {cloud} copies elsewhere: a copy made"
            " half-way is no store, and two machines would pay twice. Keep it on a local disk."
        )
    return tuple(notes)


def slow_note(path: Path, drive: str = "") -> str:
    """Return what it means for a store that several programs cannot share it quickly."""
    where = f"on a network drive ({drive})" if drive else "where it cannot be shared quickly"
    return (
        f"The store {str(path)!r} lies {where}: it is written with a rollback journal, and"
        " notebooks on several machines must not share it."
    )
