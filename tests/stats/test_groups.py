"""Are rows gathered by their keys alike, whether the keys are sorted or not?"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.groups import cluster, distinct
from agentlens.stats.parts.cells import joint


@given(keys=st.lists(st.integers(0, 30), max_size=40), room=st.sampled_from([31, 10_000]))
def test_keys_close_together_and_far_apart_are_ranked_alike(keys: list[int], room: int) -> None:
    given_ = np.array(keys, dtype=np.int64)
    found, place = distinct(given_, room)
    assert found.tolist() == sorted(set(keys))
    assert found[place].tolist() == keys
    assert found.dtype == place.dtype == np.int64


@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2000)), min_size=1, max_size=60),
)
def test_rows_are_of_one_cluster_where_they_share_group_and_id(
    pairs: list[tuple[int, int]],
) -> None:
    groups, ids = (np.array(one, dtype=np.int64) for one in zip(*pairs, strict=True))
    found = cluster(groups, ids, 5)
    every = sorted(set(pairs))
    assert found.of_row.tolist() == [every.index(one) for one in pairs]
    assert found.group.tolist() == [group for group, _ in every]
    assert found.per_group.sum() == len(every)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 900)), min_size=1, max_size=60))
def test_a_joint_cell_is_shown_by_the_first_row_in_it(rows: list[tuple[int, int]]) -> None:
    columns = [np.array(one, dtype=np.int64) for one in zip(*rows, strict=True)]
    cell, first = joint(columns, len(rows))
    every = sorted(set(rows))
    assert cell.tolist() == [every.index(one) for one in rows]
    assert first.tolist() == [rows.index(one) for one in every]
