"""Is the lake, as of any moment, the log that was there at that moment?"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake import Lake
from agentlens.lake.store.compact import compact
from agentlens.lake.store.reader import Reader
from agentlens.lake.upkeep.clean import clean
from agentlens.lake.upkeep.verify import verify
from tests.lake.worlds import DAY, TIME, Clock, assembled, plain, spans_of

ROWS = st.lists(
    st.tuples(
        st.integers(0, 5),  # which span
        st.integers(0, 3),  # its day
        st.integers(0, 4),  # when the source changed it
        st.integers(0, 9),  # what it says
    ),
    min_size=1,
    max_size=6,
)
ACTS = st.lists(
    st.one_of(
        ROWS,
        st.sampled_from(["compact", "clean", "forget 0", "forget 2", "gone 1", "gone 4"]),
    ),
    min_size=1,
    max_size=7,
)
Model = dict[int, tuple[int, int, int]]


def frame(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    spans = pd.DataFrame(rows, columns=["span", "day", "edited", "cost"])
    return pd.DataFrame(
        {
            "trace_id": "t" + (spans["span"] // 2).astype("str"),
            "span_id": "s" + spans["span"].astype("str"),
            "start": DAY + pd.to_timedelta(spans["day"], unit="D"),
            "updated_at": DAY + pd.to_timedelta(spans["edited"], unit="h"),
            "cost": spans["cost"].astype("float64"),
        }
    ).astype({"trace_id": "str", "span_id": "str", "start": TIME, "updated_at": TIME})


@settings(max_examples=40, deadline=None)
@given(acts=ACTS)
def test_every_moment_reads_as_a_plain_model_says(
    acts: list[list[tuple[int, int, int, int]] | str],
) -> None:
    with TemporaryDirectory() as folder:
        clock = Clock()
        lake = Lake(folder, redact=None, clock=clock)
        model: Model = {}
        forgotten: set[int] = set()
        moments: list[tuple[pd.Timestamp, Model]] = []
        for act in acts:
            clock.tick("3h")
            if isinstance(act, list):
                model = taken(lake, model, act, forgotten)
            elif act == "compact" and lake.store.head().n:
                compact(lake.store)
            elif act == "clean" and lake.store.head().n:
                clean(lake.store)
            elif act.startswith("forget"):
                forgotten.add(int(act[-1]) // 2)
                lake.forget(trace_id=f"t{int(act[-1]) // 2}")
                model = without(model, forgotten)
            elif act.startswith("gone") and lake.store.head().n:
                gone = int(act[-1])
                keys = pd.DataFrame({"trace_id": [f"t{gone // 2}"], "span_id": [f"s{gone}"]})
                lake.take({}, gone={"spans": keys.astype("str")}, source="x", rebuild=assembled)
                model = {span: row for span, row in model.items() if span != gone}
            if lake.store.head().n:
                moments.append((clock(), model))
        for moment, then in moments:
            check(lake, moment, without(then, forgotten))
        assert verify(lake.store).empty


def taken(
    lake: Lake, model: Model, rows: list[tuple[int, int, int, int]], forgotten: set[int]
) -> Model:
    lake.take({"spans": frame(rows)}, source="x", rebuild=assembled)
    new = dict(model)
    newest: dict[int, tuple[int, int, int]] = {}
    for span, day, edited, cost in rows:
        if span not in newest or edited >= newest[span][1]:
            newest[span] = (day, edited, cost)
    for span, row in newest.items():
        if span not in new or row[1] >= new[span][1]:
            new[span] = row
    return without(new, forgotten)


def without(model: Model, forgotten: set[int]) -> Model:
    return {span: row for span, row in model.items() if span // 2 not in forgotten}


def check(lake: Lake, moment: pd.Timestamp, model: Model) -> None:
    reader = Reader(lake.store, lake.store.at(moment))
    wanted = frame([(span, *row) for span, row in model.items()])
    if not reader.columns("spans"):
        assert wanted.empty
        return
    pd.testing.assert_frame_equal(plain(reader.read("spans")), plain(wanted))
    log = lake.log(as_of=moment)
    costs = wanted.groupby("trace_id")["cost"].sum()
    assert log.traces.set_index("trace_id")["cost"].to_dict() == costs.to_dict()


def test_before_the_first_commit_nothing_is_known_and_the_oldest_is_named(tmp_path: Path) -> None:
    clock = Clock()
    lake = Lake(tmp_path, redact=None, clock=clock)
    with pytest.raises(BadInputError, match="it holds no snapshot"):
        lake.log(as_of="2026-11-01")
    lake.take({"spans": spans_of(8)}, source="x", rebuild=assembled)
    with pytest.raises(BadInputError, match="the oldest snapshot is of 2026-11-21 00:00:00"):
        lake.log(as_of="2026-11-20")
    assert len(lake.log(as_of="2026-11-21")) == 2


def test_a_score_that_came_later_is_not_there_before(tmp_path: Path) -> None:
    clock = Clock()
    lake = Lake(tmp_path, redact=None, clock=clock)
    lake.take({"spans": spans_of(8)}, source="x", rebuild=assembled)
    then = clock()
    clock.tick("1D")
    scores = pd.DataFrame({"score_id": ["a"], "trace_id": ["t0"], "name": ["good"], "time": [DAY]})
    scores = scores.astype({"score_id": "str", "trace_id": "str", "name": "str", "time": TIME})
    lake.take({"scores": scores}, source="x", rebuild=assembled)
    assert len(lake.log().scores) == 1
    assert lake.log(as_of=then).scores.empty
    assert lake.log(as_of=then).traces.equals(lake.log().traces)


def test_snapshots_grow_thin_with_age_and_a_named_one_stays(tmp_path: Path) -> None:
    clock = Clock()
    lake = Lake(tmp_path, redact=None, clock=clock)
    for at in range(12):  # four a day, three days
        lake.take({"spans": spans_of(8, cost=float(at))}, source="x")
        clock.tick("6h")
    lake.keep(2, "weekly report 2026-W47")
    clock.tick("60h")
    lake.take({"spans": spans_of(8, cost=99.0)}, source="x")
    lake.clean()
    kept = lake.snapshots()
    days = kept["committed_at"].dt.strftime("%m-%d")
    assert kept.loc[kept["snapshot"] == 2, "kept_for"].tolist() == ["weekly report 2026-W47"]
    old = kept[(clock() - kept["committed_at"] > pd.Timedelta("48h")) & (kept["kept_for"] == "")]
    assert not days[old.index].duplicated().any()
    assert lake.store.head().n in set(kept["snapshot"])
    for n in kept["snapshot"]:
        assert len(Reader(lake.store, lake.store.snapshot(n)).read("spans")) == 8
    clock.tick("40D")
    lake.clean()
    weeks = lake.snapshots()
    assert len(weeks) < len(kept)
    assert 2 in set(weeks["snapshot"])
    with pytest.raises(UnknownNameError, match="There is no snapshot 999"):
        lake.keep(999, "no such report")
