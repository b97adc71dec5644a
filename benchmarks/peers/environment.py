"""Where is the interpreter of a peer's own environment? It is made under a folder, once."""

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

__all__ = ["interpreter"]

HERE = Path(__file__).resolve().parent / "requirements"


def interpreter(folder: Path, peer: str) -> str:
    """Return the interpreter of a peer's environment, made and filled if it is not there.

    Args:
        folder: where all environments lie.
        peer: the name of a file in `requirements`; versions are pinned there.
    """
    wanted = HERE / f"{peer}.txt"
    home = folder / f"{peer}-{sha256(wanted.read_bytes()).hexdigest()[:8]}"
    python, done = home / "bin" / "python", home / "installed"
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(wanted)], check=True, stderr=subprocess.DEVNULL)
        done.touch()
    return str(python)
