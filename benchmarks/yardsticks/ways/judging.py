"""P11: what does it cost to calibrate a judge, and its interval against judgy's?

The demo's log of n traces, about a quarter of them judged and 145 labelled by people.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import agentlens as al
from benchmarks.yardsticks.ways.demo import log_of
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

if TYPE_CHECKING:
    from agentlens.analysis.calibrate.evidence.evidence import Evidence

__all__ = ["YARDSTICKS", "evidence_of", "post_stratified", "stable", "whole", "written"]

HERE = __name__
RUBRIC = "goal_completion"
ENDS = (0.025, 0.975)


def facts(folder: Path) -> Callable[[], object]:
    """Compute all that a calibration tells."""
    log = log_of(folder)
    return lambda: whole(log)


def interval(folder: Path) -> Callable[[], object]:
    """Compute the corrected rate and its interval as judgy means them: errors that are stable."""
    evidence = evidence_of(log_of(folder))
    written(folder, evidence)
    return lambda: stable(evidence)


def scores(folder: Path) -> Callable[[], object]:
    """Sort out with pandas which traces each of judge and people scored, and nothing else."""
    frame = log_of(folder).scores
    wide = frame[frame["name"] == RUBRIC]
    return lambda: wide.pivot_table(index="trace_id", columns="source", values="value")


def whole(log: al.Log) -> object:
    """Return all that a calibration tells."""
    made = al.calibrate(log, RUBRIC)
    return made.facts(), made.frame, made.headline


def evidence_of(log: al.Log) -> "Evidence":
    """Return the labels and verdicts of a log."""
    return al.calibrate(log, RUBRIC).basis.evidence


def written(folder: Path, evidence: "Evidence") -> None:
    """Write the labels and verdicts as judgy takes them."""
    kept = evidence.label_verdict >= 0
    given = {
        "people": evidence.passed[kept].astype(int).tolist(),
        "judge": evidence.label_verdict[kept].tolist(),
        "rest": evidence.verdict[evidence.verdict >= 0].tolist(),
    }
    (folder / "judged.json").write_text(json.dumps(given))


def post_stratified(evidence: "Evidence") -> str:
    """Return the rate and its interval from the labels and verdicts of one window."""
    from agentlens.stats.corrected.poststrat import draws, point, rates  # noqa: PLC0415 - as above

    cells = replace(evidence).cells  # a copy counts them anew
    low, high = np.quantile(rates(draws(cells, np.random.default_rng(0))), ENDS)
    return f"{point(cells):.3f} [{low:.3f}-{high:.3f}]"


def stable(evidence: "Evidence") -> str:
    """Return the rate and its interval by the assumption that judgy makes."""
    from agentlens.stats.corrected.errors import (  # noqa: PLC0415 - as above
        drawn_quadrants,
        errors,
        point_quadrants,
    )
    from agentlens.stats.corrected.poststrat import DRAWS, draws  # noqa: PLC0415 - as above
    from agentlens.stats.corrected.stable import (  # noqa: PLC0415 - as above
        Traffic,
        carried,
        drawn_shares,
    )

    cells, rng = replace(evidence).cells, np.random.default_rng(0)
    found = errors(drawn_quadrants(draws(cells, rng), evidence.verdicts))
    passed, judged = int((evidence.verdict == 1).sum()), int((evidence.verdict >= 0).sum())
    shares = drawn_shares(Traffic(passed, judged, 0.0, judged), rng, DRAWS)[0]
    low, high = np.quantile(carried(shares, found.sensitivity, found.specificity), ENDS)
    about = errors(point_quadrants(cells, evidence.verdicts))
    value = carried(np.array([passed / judged]), about.sensitivity, about.specificity)[0]
    return f"{value:.3f} [{low:.3f}-{high:.3f}]"


OURS = Way("the judge interval alone, 4,000 draws", f"{HERE}:interval")
YARDSTICKS = (
    Yardstick(
        "P11", "calibrate", "demo", Way("`calibrate`, all facts", f"{HERE}:facts"),
        Way("one pandas pivot of the scores", f"{HERE}:scores"), Goal(seconds=0.1, at=10_000),
    ),
    Yardstick(
        "P11", "interval-judgy", "demo", OURS,
        Way("judgy, its 20,000 draws", "benchmarks.peers.judgy:theirs", peer="judgy"),
        Goal(ratio=1 / 30), sizes=(10_000,),
    ),
    Yardstick(
        "P11", "interval-judgy-4000", "demo", OURS,
        Way("judgy, 4,000 draws", "benchmarks.peers.judgy:few", peer="judgy"),
        Goal(ratio=1 / 30), sizes=(10_000,),
    ),
)  # fmt: skip
