"""Is this a place where several programs can safely write one file?"""

from pathlib import Path

__all__ = ["cloud_folder", "mounted_from", "notes_of", "slow_note"]

_MOUNTS = Path("/proc/self/mounts")
_ELSEWHERE = ("nfs", "cifs", "smb", "afs", "afp", "9p", "ceph", "lustre", "gluster", "gpfs", "vbox")
_OVER_A_WIRE = ("sshfs", "rclone", "s3fs", "gcsfuse", "davfs", "gluster")
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


def mounted_from(path: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of drive of another machine that a path lies on; "" where it is our own.

    Args:
        path: need not exist.
        mounts: the system's table of drives.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    kinds = {}
    for line in lines:
        _, _, rest = line.partition(" ")
        place, _, rest = rest.partition(" ")
        kinds[place.replace(r"\040", " ")] = rest.partition(" ")[0]
    whole = path.absolute()
    kind = next((kinds[str(one)] for one in (whole, *whole.parents) if str(one) in kinds), "")
    wired = kind.startswith("fuse.") and kind.removeprefix("fuse.").startswith(_OVER_A_WIRE)
    return kind if wired or kind.startswith(_ELSEWHERE) else ""


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
    drive, cloud = mounted_from(path), cloud_folder(path)
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
