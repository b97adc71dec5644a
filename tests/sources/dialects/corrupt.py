"""How are records damaged at random, as a proof that nothing makes a dialect stumble?"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["", "-1", "NaN", "{", "[", '"', "\ud800", "null", "{}", "[]", '[["a"]]']),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(
        st.sampled_from(["input", "output", "total", "agentlens", "attributes", "id", "kind"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=3), st.lists(st.integers())),
        max_size=3,
    ),
)


@st.composite
def corrupted(draw: st.DrawFn, records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the records with fields dropped or changed, some replaced, in another order."""
    found: list[Any] = []
    for record in records:
        one: Any = dict(record)
        names = sorted(one)
        for name in draw(st.lists(st.sampled_from(names), max_size=6)):
            one.pop(name, None)
        for name in draw(st.lists(st.sampled_from(names), max_size=6)):
            one[name] = draw(ODD)
        found.append(draw(ODD) if draw(st.integers(0, 9)) == 0 else one)
    return draw(st.permutations(found))[: draw(st.integers(0, len(found)))]
