"""Is every cent of an answer accounted for?"""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import agentlens.scoring.judges.price_table as table
from agentlens.errors import BadInputError
from agentlens.scoring.judges.prices import Price, aged, price_of, prices, usd, worst

KINDS = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
MILLION = dict.fromkeys(KINDS, 1_000_000)


@cache
def _price(model: str) -> Price:
    found = price_of(model)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "model, usage, batch, cost",
    [
        ("claude-haiku-5-5", {"input": 100_000}, False, 0.01),
        ("claude-haiku-5-5", {"input": 100_001}, False, 0.0500005),
        ("claude-haiku-5-5", {"input": 60_000, "cache_read": 40_001}, False, 0.03200005),
        ("claude-haiku-5-5", {"input": 900, "output": 120}, False, 0.00015),
        ("claude-haiku-5-5", {"input": 900, "output": 120}, True, 0.000075),
        ("claude-haiku-5-5", {"input": 900, "output": 120, "in_us": 1}, False, 0.000165),
        ("claude-sonnet-5-5", MILLION, False, 2 + 10 + 2.5 + 4 + 0.2),
        ("claude-opus-5-5", MILLION, False, 4 + 20 + 5 + 8 + 0.2),
        ("claude-opus-5", MILLION, False, 5 + 25 + 6.25 + 10 + 0.5),
        ("claude-fable-5-1", MILLION, True, (10 + 50 + 12.5 + 20 + 0.25) / 2),
        ("claude-opus-5", {"output": 100, "thinking": 80}, False, 0.0025),
    ],
)
def test_a_bill_is_what_the_price_list_says(
    model: str, usage: dict[str, int], *, batch: bool, cost: float
) -> None:
    paid = usd(usage, _price(model), batch=batch)
    assert paid is not None
    assert paid == pytest.approx(cost, rel=1e-15)


def test_what_nobody_counted_has_no_bill() -> None:
    assert usd({}, _price("claude-haiku-5-5")) is None


def test_the_most_that_an_answer_can_cost() -> None:
    haiku = _price("claude-haiku-5-5")
    assert worst(1000, 4096, haiku, cached="") == pytest.approx(0.0001 + 0.002048)
    assert worst(1000, 4096, haiku) == pytest.approx(0.000125 + 0.002048)
    assert worst(1000, 4096, haiku, cached="1h") == pytest.approx(0.0002 + 0.002048)
    assert worst(1000, 4096, haiku, batch=True) == pytest.approx((0.000125 + 0.002048) / 2)
    assert worst(200_000, 0, haiku, cached="") == pytest.approx(0.1)


@given(
    model=st.sampled_from(["claude-haiku-5-5", "claude-sonnet-5-5", "claude-fable-5-1"]),
    read=st.tuples(*[st.integers(0, 150_000)] * 3),
    output=st.integers(0, 4096),
    batch=st.booleans(),
)
def test_no_bill_is_above_the_most(
    model: str, read: tuple[int, int, int], output: int, *, batch: bool
) -> None:
    plain, written, cached = read
    usage = {"input": plain, "cache_write_5m": written, "cache_read": cached, "output": output}
    price = _price(model)
    paid = usd(usage, price, batch=batch)
    assert paid is not None
    assert paid <= worst(sum(read), 4096, price, batch=batch) + 1e-15


@given(st.lists(st.integers(0, 50_000), min_size=5, max_size=5), st.integers(1, 9))
def test_bills_add_up(counts: list[int], times: int) -> None:
    usage = dict(zip(KINDS, counts, strict=True))
    price = _price("claude-opus-5")
    whole = usd({name: n * times for name, n in usage.items()}, price)
    assert whole == pytest.approx(times * (usd(usage, price) or 0.0), rel=1e-12)


def test_a_dated_model_costs_what_its_model_does_and_nothing_else_is_guessed() -> None:
    assert price_of("claude-haiku-5-5-20261001") == price_of("claude-haiku-5-5")
    for name in ("claude-haiku-6", "claude-haiku-5-5-latest", "haiku-5-5", "", "claude-haiku"):
        assert price_of(name) is None


def test_the_table_shipped_says_of_which_day_it_is() -> None:
    frame = prices()
    columns = ["model", *KINDS, "batch", "tier", "as_of", "source"]
    assert list(frame.columns) == columns
    assert set(frame["as_of"]) == {"2026-11-18"}
    assert frame["source"].str.len().gt(0).all()
    five, hour = frame["cache_write_5m"], frame["cache_write_1h"]
    assert (five / frame["input"]).round(9).eq(1.25).all()
    assert (hour / frame["input"]).round(9).eq(2.0).all()


def test_a_price_older_than_120_days_says_its_age() -> None:
    price = _price("claude-haiku-5-5")
    assert aged(price, date(2027, 3, 18)) == ""
    assert aged(price, date(2027, 3, 19)) == (
        "The price of claude-haiku-5-5 is of 2026-11-18, 121 days old; pass prices= to renew."
    )
    own = price_of("m", pd.DataFrame({"model": ["m"], "input": [1.0], "output": [2.0]}))
    assert own is not None
    assert aged(own) == ""


def test_a_table_of_ones_own_goes_before_the_one_shipped(tmp_path: Path) -> None:
    own = pd.DataFrame({"model": ["claude-haiku-5-5"], "input": [0.2], "output": [1.0]})
    kept = own.copy()
    own.to_csv(tmp_path / "own.csv", index=False)
    for given_ in (own, tmp_path / "own.csv", str(tmp_path / "own.csv")):
        price = price_of("claude-haiku-5-5", given_)
        assert price is not None
        rates = price.rates[0]
        assert (rates.cache_write_5m, rates.cache_write_1h) == (Decimal("0.25"), Decimal("0.4"))
        assert rates.cache_read == pytest.approx(Decimal("0.02"))
        assert (price.batch, price.as_of) == (Decimal("0.5"), "")
        assert price_of("claude-opus-5", given_) is None
    pd.testing.assert_frame_equal(own, kept)


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"input": [-1.0]}, "Prices of 'm': input is a number from 0, not -1.0."),
        ({"output": ["much"]}, "Prices of 'm': output is a number from 0, not 'much'."),
        ({"input": [float("nan")]}, "Prices of 'm': input is a number from 0, not nan."),
        ({"as_of": ["autumn"]}, "as_of is a day such as 2026-11-18, not 'autumn'."),
        ({"tier": [5]}, "Prices of 'm' begin at tier 5; give those of tier 0 too."),
    ],
)
def test_a_table_that_cannot_be_used_says_why(changed: dict[str, Any], sentence: str) -> None:
    frame = pd.DataFrame({"model": ["m"], "input": [1.0], "output": [2.0]}).assign(**changed)
    with pytest.raises(BadInputError) as refusal:
        prices(frame)
    assert str(refusal.value) == sentence


def test_a_table_without_its_columns_or_with_a_model_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="'output' is missing"):
        prices(pd.DataFrame({"model": ["m"], "input": [1.0]}))
    twice = pd.DataFrame({"model": ["m", "m"], "input": [1.0, 2.0], "output": [2.0, 3.0]})
    with pytest.raises(BadInputError, match="given twice"):
        prices(twice)
    with pytest.raises(BadInputError, match="cannot be read from"):
        prices(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(BadInputError, match="cannot be read from"):
        prices(tmp_path / "empty.csv")


def test_the_shipped_table_lies_beside_its_module() -> None:
    assert table.prices().equals(prices())
    assert Path(table.__file__).with_name("prices.csv").exists()
