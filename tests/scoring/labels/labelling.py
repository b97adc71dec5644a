"""A process in which a person labels at the keyboard, and which may be killed at any time."""

import sys

import agentlens as al
from tests.scoring.labels.worlds import judged_log

__all__ = ["main", "plan_at"]


def plan_at(store: str) -> al.LabelPlan:
    """Return the plan of these tests."""
    return al.plan_labels(judged_log(80), "goal_completion@3", n=40, store=store)


def main() -> None:
    """Label: the store and the rater are the arguments."""
    store, rater = sys.argv[1:3]
    sys.stdout.write(f"{al.label(plan_at(store), rater=rater, store=store)!r}\n")


if __name__ == "__main__":
    main()
