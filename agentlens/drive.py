"""Does a folder lie on a drive of another machine?"""

from pathlib import Path

__all__ = ["network_drive"]

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    [
        "9p",
        "afs",
        "afpfs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs",
        "fuse.glusterfs",
        "fuse.gcsfuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "vboxsf",
    ]
)


def network_drive(path: str | Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of network drive that a path lies on; "" if none, or if nobody can say.

    Args:
        path: a folder; it need not exist yet.
        mounts: the system's table of drives.

    Example:
        >>> network_drive("/tmp/lake", Path("/no/such/table"))
        ''
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    drives = {_plain(words[1]): words[2] for words in map(str.split, lines) if len(words) > 2}  # noqa: PLR2004 - device, place, kind
    place = Path(path).absolute()
    home = next((one for one in (place, *place.parents) if str(one) in drives), None)
    kind = drives[str(home)] if home is not None else ""
    return kind if kind in _NETWORK else ""


def _plain(place: str) -> str:
    """Return a path of the table; it writes a space as the number of its character."""
    return place.replace(r"\040", " ").replace(r"\011", "\t").replace(r"\134", "\\")
