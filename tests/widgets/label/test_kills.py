"""Is a label that was shown as saved there whatever happens to the process behind the view?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agentlens.scoring.labels.export import item_ids
from agentlens.scoring.store.file import opened_store
from tests.widgets.label.benches import Teller, labels_of, plan_of, state_of

_ROOT = Path(__file__).parents[3]


def _begun(store: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "tests.widgets.label.labelling", str(store)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _values(store: Path) -> list[float | None]:
    with opened_store(store) as held:
        return [row["value"] for row in held.rows("select value from label order by seq")]


@pytest.mark.parametrize("answered", [1, 6])
def test_what_was_answered_before_a_kill_is_there_and_the_rest_is_taken_once(
    answered: int, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    plan = plan_of()
    assert plan.record is not None
    items = item_ids(plan.frame, plan.record.plan)
    told = [
        {"kind": "label", "item": item, "verdict": "pf"[place % 2], "id": f"label-{place}"}
        for place, item in enumerate(items[:12])
    ]
    with _begun(store) as process:
        keys, out = process.stdin, process.stdout
        assert keys is not None
        assert out is not None
        assert out.readline().strip() == items[0]
        keys.write("".join(f"{json.dumps(one)}\n" for one in told))
        keys.flush()
        for _ in range(answered):
            assert json.loads(json.loads(out.readline())["text"])["saved"]
        process.kill()
    kept = _values(store)
    wanted = [1.0, 0.0] * 6
    assert answered <= len(kept) <= 12
    assert kept == wanted[: len(kept)]
    labels = labels_of(plan, store)
    state = state_of(labels)
    assert state["done"] == len(kept)
    assert state["item"]["nth"] == len(kept) + 1, "it goes on at the first without a label"
    # A page that heard no answer sends all it has again.
    teller = Teller(labels)
    for one in told[answered:]:
        assert teller.say(**one)["saved"]
    assert _values(store) == wanted
