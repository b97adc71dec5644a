"""What does a fresh clone need to run, to be tested, to be worked on?

Only the standard library of Python 3.11 is used, so that nothing has to be there first:

    python3 tasks.py demo     sets everything up, then runs the main job on embedded data
    python3 tasks.py test     sets everything up, then runs every check that CI runs
    python3 tasks.py lab      sets everything up, then opens JupyterLab on the notebooks
    python3 tasks.py docs     sets everything up, then builds the site into docs/_build/html
    python3 tasks.py format   formats the code
    python3 tasks.py lock     renews the locked versions (needs uv)

Versions are locked with hashes in locks/, without naming any index: uv installs from them where it
is found, pip where it is not.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BILLED = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
SLOW = ("PYTHONDONTWRITEBYTECODE",)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COMPILE = ("uv", "pip", "compile", "--universal", "--generate-hashes", "--no-header", "-q")

SPREAD = ("pytest", "-n", "auto", "--dist", "worksteal")
TESTS = (*SPREAD, "-p", "no:nbmake")
"""Tests on all cores; each process has a browser and a JupyterLab of its own."""
WHOLE = ("--dist", "loadscope")
"""What a file opened for all its tests is opened once."""
APART = ("--dist", "loadfile")
"""An engine is started once, by the process that has its file."""
SITE = (
    "-W",
    "--keep-going",
    "-q",
    "-j",
    "auto",
    "-d",
    "docs/_build/trees",
    "docs",
    "docs/_build/html",
)
"""What Sphinx is told: a warning is an error, and nothing is built twice."""
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("layers", ("lint-imports",)),
    ("types", ("mypy",)),
    (
        "tests",
        (
            *TESTS,
            "--doctest-modules",
            "-m",
            "not browser and not lab and not simulation and not engine",
        ),
    ),
    ("docs", ("sphinx-build", *SITE)),
    ("notebooks are clean", ("nbstripout", "--verify", "--keep-id", "notebooks/*.ipynb")),
    ("notebooks run", (*SPREAD, "--nbmake", "--nbmake-timeout=180", "notebooks")),
    ("engines", (*TESTS, *APART, "-m", "engine", "tests/engines")),
    ("browser", (*TESTS, "-m", "browser and not lab", "tests")),
    ("lab", (*TESTS, *WHOLE, "-m", "lab", "tests")),
    ("simulations", (*TESTS, "-m", "simulation", "tests")),
)
"""Every check, cheapest first."""


def main() -> int:
    """Run one task and return its exit code."""
    task = sys.argv[1] if len(sys.argv) == 2 else ""
    tasks = {"demo": demo, "test": test, "lab": lab, "docs": docs, "format": tidy, "lock": lock}
    if task not in tasks:
        print(__doc__)
        return 2
    if sys.version_info < (3, 11):
        print(f"AgentLens needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 2
    try:
        return tasks[task]()
    except subprocess.CalledProcessError as error:
        print(f"\nThis step failed (exit code {error.returncode}): {' '.join(error.cmd)}")
        return 1


def demo() -> int:
    """Run the main job: a simulated log, its control chart, its weekly report."""
    install("run")
    code = subprocess.call([PYTHON, "-m", "agentlens", "demo"], cwd=ROOT)
    print("Notebooks python3 tasks.py lab")
    return code


def lab() -> int:
    """Open JupyterLab on the notebooks."""
    install("run")
    return subprocess.call([PYTHON, "-m", "agentlens", "lab"], cwd=ROOT)


def docs() -> int:
    """Build the site."""
    install("dev")
    run(BIN / "sphinx-build", *SITE)
    print(f"Site      {ROOT / 'docs' / '_build' / 'html' / 'index.html'}")
    return 0


def test() -> int:
    """Run every check, cheapest first, and stop at the first that fails."""
    install("dev")
    ensure_browser()
    for name, command in CHECKS:
        print(f"\n=== {name}: {' '.join(command)}", flush=True)
        began = perf_counter()
        arguments = [str(BIN / command[0]), *expanded(command[1:])]
        code = subprocess.call(arguments, cwd=ROOT, env=environment())
        print(f"=== {name}: {'passed' if code == 0 else 'FAILED'}, {perf_counter() - began:.0f} s")
        if code:
            return code
    print("\nEvery check passed.")
    return 0


def tidy() -> int:
    """Format the code and mend what can be mended by rule."""
    install("dev")
    run(BIN / "ruff", "format", ".")
    run(BIN / "ruff", "check", "--fix", ".")
    return 0


def lock() -> int:
    """Renew the locked versions; dev holds everything that run holds, at the same versions."""
    extras = ("--extra", "notebook", "--extra", "engines")
    common = (*COMPILE, "--upgrade", *extras, "pyproject.toml")
    run(*common, "--group", "build", "-o", "locks/run.txt")
    run(*common, "--group", "dev", "-c", "locks/run.txt", "-o", "locks/dev.txt")
    return 0


def install(name: str) -> None:
    """Bring .venv to the locked versions; do nothing where it is there already."""
    wanted = ROOT / "locks" / f"{name}.txt"
    digest = sha256(wanted.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"agentlens-{name}.sha256"
    stamps = (stamp, VENV / "agentlens-dev.sha256") if name == "dev" else (stamp,)
    if PYTHON.exists() and all(one.exists() and one.read_text() == digest for one in stamps):
        return
    print(f"Installing the locked versions of locks/{name}.txt into {VENV.name} …", flush=True)
    uv = shutil.which("uv")
    if not PYTHON.exists():
        create(uv)
    if not uv:
        ensure_pip()
    installer = (
        (uv, "pip", "install", "-q", "-p", PYTHON) if uv else (PYTHON, "-m", "pip", "install", "-q")
    )
    run(*installer, "--require-hashes", "-r", wanted)
    run(*installer, "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(digest)


def create(uv: str | None) -> None:
    """Make the virtual environment with the Python that runs this."""
    if uv:
        run(uv, "venv", "-q", "-p", sys.executable, VENV)
        return
    try:
        run(sys.executable, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        print("Python could not make a virtual environment. Install its venv module (on Debian:")
        print("apt-get install python3-venv) or install uv, and run this again.")
        raise


def ensure_pip() -> None:
    """Bring pip into an environment that uv made without it, on a day when uv was here."""
    found = subprocess.run((PYTHON, "-c", "import pip"), check=False, capture_output=True)
    if found.returncode:
        run(PYTHON, "-m", "ensurepip")


def ensure_browser() -> None:
    """Install Chromium where that needs nobody's password; say what is missing where it does."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    apt = shutil.which("apt-get")
    if apt and os.name != "nt" and os.geteuid() == 0:
        print("Installing Chromium for the browser tests …", flush=True)
        run(apt, "update", "-qq")
        run(apt, "install", "-y", "-qq", "--no-install-recommends", "chromium", quiet=True)
        return
    print("No Chromium found: the browser tests will be skipped. Install chromium to run them.")


def environment() -> dict[str, str]:
    """Return the environment of a check: our own programs first, and no key that could be billed.

    What one process compiled is kept for the next, and each computes on one core: the tests are
    spread over the others.
    """
    kept = {name: value for name, value in os.environ.items() if name not in (*BILLED, *SLOW)}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**kept, **alone, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def expanded(arguments: tuple[str, ...]) -> list[str]:
    """Return the arguments with file patterns replaced by files, as a shell would."""
    out = []
    for argument in arguments:
        files = (
            sorted(str(file.relative_to(ROOT)) for file in ROOT.glob(argument))
            if "*" in argument
            else []
        )
        out += files or [argument]
    return out


def run(*command: object, quiet: bool = False) -> None:
    """Run one command in the project's folder and stop everything where it fails."""
    output = subprocess.DEVNULL if quiet else None
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdout=output)


if __name__ == "__main__":
    sys.exit(main())
