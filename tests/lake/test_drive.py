"""Is it told when a lake lies on a drive that cannot promise what a commit needs?"""

from pathlib import Path

import pytest

from agentlens import drive
from agentlens.drive import network_drive
from agentlens.lake.lake import Lake

TABLE = (
    "/dev/sda1 / ext4 rw 0 0\n"
    r"server:/team /mnt/team\040share nfs4 rw 0 0"
    "\n/dev/sdb1 /mnt/team\\040share/local xfs rw 0 0\nproc\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "mounts"
    file.write_text(TABLE)
    return file


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/mnt/team share/lake", "nfs4"),
        ("/mnt/team share", "nfs4"),
        ("/mnt/team share/local/lake", ""),
        ("/mnt/team shared/lake", ""),
        ("/home/ann/lake", ""),
    ],
)
def test_the_nearest_drive_above_a_folder_decides(path: str, kind: str, table: Path) -> None:
    assert network_drive(path, table) == kind


def test_a_lake_on_a_network_drive_opens_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lake(tmp_path / "lake")  # a warning would be an error here
    monkeypatch.setattr(drive, "_NETWORK", frozenset(_kinds()))
    with pytest.warns(UserWarning, match="lies on a network drive"):
        Lake(tmp_path / "lake")


def _kinds() -> set[str]:
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return {line.split()[2] for line in lines}
