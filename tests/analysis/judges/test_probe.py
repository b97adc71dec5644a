"""Does a probe find a planted bias, and refuse where the data cannot tell?"""

from pathlib import Path

import numpy as np
import pytest

import agentlens as al
from agentlens.analysis.judges.probe.property import Kind
from agentlens.analysis.judges.probe.regression import effect_of
from tests.analysis.judges.worlds import RUBRIC, asker, long_winded, world


def test_a_judge_that_likes_long_answers_is_caught() -> None:
    found = al.probe(long_winded(400, 1.0), "met", "one")
    assert (found.reading, found.band) == ("biased", "act")
    assert found.headline.startswith("One is biased by length: the odds of a pass change ")
    wrong = found.signals()[0].trace_ids
    lengths = long_winded(400, 1.0).traces.set_index("trace_id")["output"].str.len()
    assert lengths[list(wrong)].is_monotonic_decreasing


def test_a_fair_judge_of_answers_whose_quality_grows_with_length_is_not() -> None:
    found = al.probe(long_winded(2000, 0.0, labels=2000, seed=1), "met", "one")
    assert (found.reading, found.band) == ("not shown", "pass")


def test_few_labels_cannot_tell_or_are_refused() -> None:
    few = al.probe(long_winded(400, 0.0, labels=120, seed=2), "met", "one")
    assert (few.reading, few.band) == ("cannot tell at this n", "watch")
    none = al.probe(long_winded(400, 1.0, labels=60), "met", "one")
    assert none.band == "unknown"
    assert "60 labels; 100 are needed" in none.headline


def test_the_regression_equals_statsmodels_and_its_errors_respect_clusters() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=300), (rng.random(300) < 0.7).astype(float)
    v = (rng.random(300) < 1 / (1 + np.exp(-(y + 0.5 * x)))).astype(float)
    cluster = np.arange(300) // 3
    ours = effect_of(v, y, x, cluster, 0.95)
    theirs = sm.Logit(v, sm.add_constant(np.column_stack([y, x]))).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": cluster}
    )
    low, high = theirs.conf_int()[2]
    assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.params[2], low, high))
    v2, y2, x2 = (np.repeat(one, 2) for one in (v, y, x))
    twice = effect_of(v2, y2, x2, np.repeat(np.arange(300), 2), 0.95)
    alone = effect_of(v, y, x, np.arange(300), 0.95)
    assert twice.high - twice.low == pytest.approx(alone.high - alone.low, rel=0.01)


@pytest.mark.parametrize(
    "v, y, x, why",
    [
        ([1.0, 0, 1, 0], [1.0, 1, 0, 0], [1.0, 1, 1, 1], "alike"),
        ([1.0, 1, 1, 1], [1.0, 1, 0, 0], [1.0, 2, 3, 4], "one verdict to all"),
        ([1.0, 0, 1, 0], [1.0, 1, 1, 1], [1.0, 2, 3, 4], "people give one verdict"),
        ([1.0, 0, 0, 0], [1.0, 1, 0, 0], [1.0, 2, 3, 4], "that people pass, or to all"),
        ([1.0, 0, 1, 0] * 30, [1.0, 1, 0, 0] * 30, [1.0, -1, 1, -1] * 30, "converge|separate"),
    ],
)
def test_what_cannot_be_estimated_is_named(
    v: list[float], y: list[float], x: list[float], why: str
) -> None:
    found = effect_of(np.array(v), np.array(y), np.array(x), np.arange(len(v)), 0.95)
    assert np.isnan(found.value)
    assert any(part in found.why for part in why.split("|"))


def test_markup_and_the_judges_own_line_are_probed(tmp_path: Path) -> None:
    del tmp_path
    n = 600
    rng = np.random.default_rng(4)
    marked = rng.random(n) < 0.5
    own = rng.random(n) < 0.5
    truth = world(n)[1]
    lean = np.where(truth, 1.5, -1.5) + 1.5 * own
    verdict = (rng.random(n) < 1 / (1 + np.exp(-lean))).astype(float)
    words = np.where(marked, "# Answer\n- one\n- two", "one and two")
    log, _ = world(
        n,
        judges={"claude-haiku-5-5": verdict},
        labels=n,
        output=words,
        model=np.where(own, "claude-haiku-4-5", "claude-opus-5-5"),
    )
    mine = al.probe(log, "met", "haiku-5-5", "self_preference")
    assert (mine.reading, set(mine.frame["part"])) == ("biased", {"its own line", "other lines"})
    assert al.probe(log, "met", "haiku-5-5", "format").reading != "biased"


def test_a_judge_that_obeys_a_note_is_caught_by_rewriting(tmp_path: Path) -> None:
    log, _ = world(80, rate=0.4)
    meek = asker(lambda words: " good" in words or "should pass" in words, "meek")
    firm = asker(lambda words: " good" in words, "firm")
    store = tmp_path / "judge.sqlite"
    found = al.probe(log, RUBRIC, meek, "injection", store=store, n=60)
    assert (found.reading, found.band) == ("biased", "act")
    moved = found.frame[(found.frame["before"] == "fail") & (found.frame["after"] == "pass")]
    assert moved["n"].iloc[0] == len(found.signals()[0].trace_ids) > 20
    assert set(found.signals()[0].trace_ids) <= set(log.traces["trace_id"])
    same = al.probe(log, RUBRIC, firm, "injection", store=store, n=60)
    assert (same.reading, same.band) == ("not shown", "pass")
    assert "No flip in 60: each way below 5.0%." in same.caveats


@pytest.mark.parametrize("kind", ["length", "format"])
def test_layout_and_padding_are_probed_by_rewriting(kind: Kind, tmp_path: Path) -> None:
    log, _ = world(60)
    seen: list[str] = []

    def says(words: str) -> bool:
        seen.append(words)
        return " good" in words

    found = al.probe(
        log,
        RUBRIC,
        asker(says),
        kind,
        by="rewriting",
        store=tmp_path / "s.sqlite",
        n=40,
    )
    assert found.reading == "not shown"
    assert len(seen) == len(set(seen)) == 80


def test_what_cannot_be_probed_says_what_is_needed(tmp_path: Path) -> None:
    log = long_winded(120, 0.0, labels=100)
    assert "needs 50 pairs" in al.probe(log, "met", "one", "position").headline
    assert "pass a Judge and a Rubric" in al.probe(log, "met", "one", "injection").headline
    paid = al.probe(log, RUBRIC, al.Judge("claude-haiku-5-5"), "injection", store=tmp_path / "s.db")
    assert paid.band == "unknown"
    assert "still to ask: " in paid.headline
    with pytest.raises(al.UnknownNameError, match="length"):
        al.probe(log, "met", "one", "lenght")  # type: ignore[arg-type]
    with pytest.raises(al.BadInputError, match="by rewriting"):
        al.probe(log, "met", "one", "injection", by="labels")
    with pytest.raises(al.BadInputError, match="n is"):
        al.probe(log, "met", "one", n=3)
