"""Is sampling that happened before us weighed where it is known, and told where it only shows?"""

import uuid

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.measures.series import series
from agentlens.sources.files.dialects.otel.sampling import share_kept
from agentlens.sources.upstream import head_sampling, weighted
from agentlens.tables.frames import from_frames
from tests.logs import START


def _ids(n: int, seed: int = 0, digits: int = 32) -> pd.Series:
    rng = np.random.default_rng(seed)
    return pd.Series([rng.bytes(digits // 2).hex() for _ in range(n)], dtype="str")


def _kept(ids: pd.Series, rate: float) -> pd.Series:
    return ids[[int(one[-16:], 16) < rate * 2**64 for one in ids]]


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5, 0.97])
def test_a_source_that_samples_by_trace_id_is_seen(rate: float) -> None:
    kept = _kept(_ids(30_000), rate)
    (problem,) = head_sampling(kept)
    assert f"looks head-sampled at about {rate:.0%} by trace id" in problem.detail
    assert "pass source_rate= to weight it" in problem.detail
    assert (problem.action, problem.severity, problem.n) == ("sampled", "warn", len(kept))


def test_a_source_that_keeps_everything_is_not_accused() -> None:
    for seed in range(40):
        assert head_sampling(_ids(500, seed)) == ()
        assert head_sampling(_ids(500, seed, digits=16)) == ()


def test_few_ids_prove_nothing() -> None:
    assert head_sampling(_kept(_ids(100), 0.1).iloc[:5]) == ()
    assert head_sampling(pd.Series([], dtype="str")) == ()


def test_ids_that_are_not_random_accuse_nobody() -> None:
    rng = np.random.default_rng(1)
    uuids = [uuid.UUID(bytes=rng.bytes(16), version=4).hex for _ in range(2000)]
    counted = [f"{i:032x}" for i in range(2000)]
    stamped = [f"{10**15 + int(one):032x}" for one in rng.integers(0, 10**12, 2000)]
    named = [f"trace-{i}" for i in range(2000)]
    for ids in (uuids, counted, stamped, named):
        assert head_sampling(pd.Series(ids)) == ()


@pytest.mark.parametrize(
    "state, p",
    [
        ("ot=th:0", 1.0),
        ("ot=th:8", 0.5),
        ("ot=th:c", 0.25),
        ("ot=th:e6666666666666;rv:1", 1 - 0xE6666666666666 / 2**56),
        ("ot=rv:abcdef00000000;th:fc", 1 / 64),
        ("vendor=th:8,ot=th:c,other=1", 0.25),
        ("vendor=1, ot=p:8;th:c", 0.25),
        ("ot=th:ffffffffffffff", 2.0**-56),
        ("ot=th:", None),
        ("ot=th:123456789abcdef", None),
        ("ot=th:G", None),
        ("ot=path:8", None),
        ("robot=th:8", None),
        ("", None),
        (None, None),
    ],
)
def test_the_trace_state_tells_the_probability(state: str | None, p: float | None) -> None:
    found = share_kept(state)
    assert found is None if p is None else found == pytest.approx(p, rel=1e-12)


@given(threshold=st.integers(0, 2**56 - 1))
def test_leaving_out_zeros_at_the_end_changes_nothing(threshold: int) -> None:
    whole = f"{threshold:014x}"
    short = whole.rstrip("0") or "0"
    chance = (2**56 - threshold) / 2**56
    assert share_kept(f"ot=th:{whole}") == share_kept(f"ot=th:{short}") == chance > 0


def test_a_chance_of_its_own_is_believed_before_a_rate_for_the_whole_source() -> None:
    traces = pd.DataFrame({"trace_id": ["a", "b"], "start": START, "completed": [True, False]})
    found = weighted(traces, chances=pd.Series([0.25, None]), source_rate=0.1)
    assert found.traces["weight"].tolist() == [4.0, 10.0]
    assert found.traces["sampled_by"].tolist() == ["otel th", "source rate"]
    assert [one.n for one in found.problems] == [1, 1]
    assert "weight" not in traces
    value = series(from_frames(found.traces), "weak_completion", every=None)["value"].iloc[0]
    assert value == pytest.approx(4 / 14)


def test_a_stated_rate_multiplies_a_weight_that_is_there() -> None:
    traces = pd.DataFrame({"trace_id": ["a"], "weight": [2.0], "sampled_by": ["door"]})
    found = weighted(traces, source_rate=0.5).traces
    assert found["weight"].tolist() == [4.0]
    assert found["sampled_by"].tolist() == ["door, source rate"]


def test_nothing_is_weighted_by_guess() -> None:
    traces = pd.DataFrame({"trace_id": _kept(_ids(2000), 0.1).to_numpy(), "status": "ok"})
    found = weighted(traces)
    assert found.traces is traces
    assert [one.action for one in found.problems] == ["sampled"]
    told = weighted(traces, source_rate=0.1)
    assert not any("looks head-sampled" in one.detail for one in told.problems)
    assert (told.traces["weight"] == 10.0).all()


def test_mostly_errors_are_remarked_on() -> None:
    for share, n in ((0.6, 1), (0.5, 0)):
        status = ["error"] * int(share * 100) + ["ok"] * (100 - int(share * 100))
        frame = pd.DataFrame({"trace_id": [f"t{i}" for i in range(100)], "status": status})
        assert len(weighted(frame).problems) == n


@pytest.mark.parametrize("rate", [0, -0.1, 1.5])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(BadInputError, match="source_rate is the share"):
        weighted(pd.DataFrame({"trace_id": ["a"]}), source_rate=rate)
