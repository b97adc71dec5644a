"""Does a tuner give back exactly what stands there, for any verb?"""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
from agentlens.widgets.tune import kinds
from agentlens.widgets.tune import tune as home
from agentlens.widgets.tune.asked.code import literal
from agentlens.widgets.tune.tuner import Tuner
from tests.widgets.tune.conftest import Tune
from tests.widgets.tune.tiny import LOG, tiny


@cache
def log() -> al.Log:
    return al.demo(days=10, traces_per_day=120, seed=3)


KNOWN = pd.DataFrame({"start": ["2026-11-12"], "end": ["2026-11-14"]})


def turn(tuner: Tuner, **values: object) -> dict[str, Any]:
    """Turn knobs as a view does, and return its answer."""
    sent: list[dict[str, Any]] = []
    tuner.send = lambda content, *_: sent.append(content)
    wire = {**json.loads(tuner.state)["card"]["values"], **values}
    tuner._hear(None, {"kind": "ask", "seq": 7, "what": "knobs", "values": wire}, [])
    (answer,) = [one for one in sent if one["kind"] == "answer"]
    return answer


def run(code: str, **names: object) -> al.Result:
    found: dict[str, Any] = dict(names)
    exec(code, found)  # noqa: S102 - the promise is that it runs
    result: al.Result = found["result"]
    return result


@pytest.mark.parametrize(
    "verb, given, knobs, to",
    [
        (al.control_chart, ("strong_completion",), {"lam": (0.05, 0.5), "width": (2, 4)},
         {"lam": 0.3, "width": 2.5}),
        (al.control_chart, ("latency_p95",), {"method": ["ewma", "cusum"], "every": ["2h", "4h"]},
         {"method": 1, "every": 1}),
        (al.drift, (), {"material": (0.5, 2.0), "fdr": [0.05, 0.2]}, {"material": 0.8, "fdr": 1}),
        (al.slices, ("strong_completion",), {"by": ["model", "segment"], "level": (0.8, 0.99)},
         {"by": 1}),
        (al.compare, (), {"looks": ["once", "continuous"]}, {"looks": 1}),
        (al.explain, (), {"metric": ["strong_completion", "error_rate"], "most": (2, 8)},
         {"metric": 1, "most": 3}),
        (al.check_slos, (al.SLO("errors", "error_rate", 0.02),),
         {"objective": (0.01, 0.05), "window": ["28D", "7D"]}, {"objective": 0.03, "window": 1}),
        (al.backtest, (), {"metrics": "strong_completion", "every": "2h", "sustained": (1, 3)},
         {"sustained": 1}),
    ],
    ids=["chart", "method", "drift", "slices", "compare", "explain", "slos", "backtest"],
)  # fmt: skip
def test_any_verb_is_turned_and_its_code_gives_the_same(
    verb: Any, given: tuple[Any, ...], knobs: dict[str, Any], to: dict[str, Any]
) -> None:
    first = (al.Policy(of=3), log()) if verb is al.backtest else (log(), *given)
    tuner = Tuner(verb, first, knobs)
    assert (
        run(tuner.code, log=log(), slos=given[-1:] and given[-1]).headline == tuner.result.headline
    )
    answer = turn(tuner, **to)
    assert "problem" not in answer
    result = run(tuner.code, log=log(), slos=given[-1:] and given[-1])
    assert result.headline == tuner.result.headline
    assert result.facts() == tuner.result.facts() or str(result.facts()) == str(
        tuner.result.facts()
    )
    assert repr(tuner) == f"Tuner({tuner.result.headline!r})"
    assert len(tuner.state) < 1_000_000


def test_a_bound_verb_is_turned() -> None:
    class Scale:
        """A value with a verb.

        Attributes:
            by: how much.
        """

        def line(self, gain: float = 2.0) -> al.Result:
            """Return a line.

            Args:
                gain: slope of the line; steep.
            """
            return tiny(None, "bound", gain=gain)

    scale = Scale()
    tuner = al.tune(scale.line, gain=(1, 3))
    assert dict(tuner.knobs) == {"gain": 2.0}
    assert tuner.code.startswith(
        "import agentlens as al\n\n# scale: as given to tune\nresult = scale.line("
    )
    turn(tuner, gain=1.5)
    assert run(tuner.code, scale=scale).headline == tuner.result.headline
    assert json.loads(tuner.state)["knobs"][0]["about"] == "slope of the line; steep."


def test_knobs_that_are_fields_of_a_policy_turn_the_calls_and_not_the_chart() -> None:
    tuner = al.tune(
        al.control_chart, log(), "strong_completion",
        lam=(0.05, 0.5), sustained=(1, 3), of=(1, 4), cooldown=["12h", "1h"],
        policy=al.Policy(owner="me"), incidents=KNOWN, cost={"call": 2, "bad_session": 0.5},
    )  # fmt: skip
    assert tuner.policy == al.Policy(owner="me")
    chart = tuner.result
    answer = turn(tuner, sustained=2, of=3, cooldown=1)
    assert "problem" not in answer
    assert tuner.result is chart
    assert tuner.policy == al.Policy(owner="me", sustained=2, of=3, cooldown="1h")
    fresh = al.backtest(tuner.policy, chart, incidents=KNOWN)
    assert tuner.backtest is not None
    assert tuner.backtest.headline == fresh.headline
    more = dict(json.loads(tuner.get_state()["state"])["card"]["more"])
    assert {"calls a week", "false calls a week", "hits", "cost on this history"} <= set(more)
    assert more["hits"] == str(fresh.facts()["hits"])
    lost = float(fresh.facts()["bad sessions before the call"].value)
    cost = 2 * len(fresh.pages) + 0.5 * lost
    assert float(more["cost on this history"].replace(",", "")) == pytest.approx(cost, rel=0.01)
    found: dict[str, Any] = {"log": log()}
    exec(tuner.code, found)  # noqa: S102 - the promise is that it runs
    assert found["policy"] == tuner.policy


def test_a_policy_without_knobs_is_the_one_given_or_the_usual() -> None:
    asked = {"width": (2, 4), "every": ["2h"]}
    assert Tuner(al.control_chart, (log(), "error_rate"), asked).policy == al.Policy()
    own = al.Policy(sustained=2, of=2)
    tuner = Tuner(al.control_chart, (log(), "error_rate"), asked, policy=own)
    assert tuner.policy is own
    assert tuner.backtest is not None


def test_cost_may_be_a_function_of_the_result() -> None:
    tuner = al.tune(tiny, LOG, "height", lag=(1, 8), cost=lambda result: len(result.frame) * 2)
    assert dict(json.loads(tuner.state)["card"]["more"]) == {"cost": "40"}
    with pytest.raises(BadInputError, match="for control charts"):
        al.tune(tiny, LOG, "height", lag=(1, 8), cost={"call": 1})
    with pytest.raises(UnknownNameError, match=r"no price 'calls'. Did you mean 'call'"):
        al.tune(al.control_chart, log(), "error_rate", width=(2, 4), cost={"calls": 1})


def test_where_the_verb_solves_a_knob_itself_it_stays_out_of_the_code(tuned: Tune) -> None:
    tuner = al.tune(al.control_chart, log(), "strong_completion", width=(2, 4))
    assert dict(tuner.knobs) == {"width": None}
    assert "width" not in tuner.code
    card = json.loads(tuner.state)["card"]
    design = tuner.result.design
    assert card["solved"]["width"] == pytest.approx((design.upper + design.lower) / 2)
    turn(tuner, width=3.0)
    assert "width=3," in tuner.code
    turn(tuner, width=None)
    assert dict(tuner.knobs) == {"width": None}
    del tuned


@pytest.mark.parametrize(
    "knobs, message",
    [
        ({"lamm": (0, 1)}, "no knob 'lamm'. Did you mean 'lam'"),
        ({"metric": ["a"]}, "metric is given twice"),
        ({}, "Nothing is to be turned"),
        ({"lam": (0.5, 1.0)}, "lam: the verb's default 0.1 is not among what is offered, 0.5 to 1"),
    ],
)
def test_what_cannot_be_turned_is_said(knobs: dict[str, Any], message: str) -> None:
    with pytest.raises(AgentLensError, match=message):
        al.tune(tiny, LOG, "height", **knobs)


def test_a_start_must_name_a_knob_and_stand_within_it() -> None:
    tuner = al.tune(tiny, LOG, "height", lam=(0.5, 1.0), start={"lam": 0.7})
    assert dict(tuner.knobs) == {"lam": 0.7}
    with pytest.raises(UnknownNameError, match=r"no knob 'lan'. Did you mean 'lam'"):
        al.tune(tiny, LOG, "height", lam=(0.0, 1.0), start={"lan": 0.7})
    with pytest.raises(BadInputError, match=r"its start 3 is not among"):
        al.tune(tiny, LOG, "height", lam=(0.0, 1.0), start={"lam": 3})


def test_what_is_no_knob_is_handed_on_and_shown() -> None:
    tuner = al.tune(
        al.control_chart, log(), "strong_completion",
        lam=(0.05, 0.5), baseline=("2026-11-06", "2026-11-11"),
    )  # fmt: skip
    assert dict(tuner.knobs) == {"lam": 0.1}
    assert tuner.result.baseline[0] == pd.Timestamp("2026-11-06", tz="UTC")
    shown = dict(json.loads(tuner.state)["fixed"])
    assert shown["baseline"] == "('2026-11-06', '2026-11-11')"
    assert shown["method"] == "ewma"
    assert shown["log"].endswith("traces")
    assert 'baseline=("2026-11-06", "2026-11-11"),' in tuner.code


def test_what_gives_no_result_cannot_be_tuned() -> None:
    with pytest.raises(BadInputError, match=r"tune shows Results, and series returned a DataFrame"):
        al.tune(al.series, log(), "error_rate", every=["1h", "2h"])
    with pytest.raises(BadInputError, match="tune takes a verb"):
        al.tune("control_chart", log(), lam=(0, 1))


def test_a_refused_setting_is_answered_with_its_sentence_and_not_taken() -> None:
    tuner = al.tune(tiny, LOG, "height", lam=(0.0, 1.0))
    answer = turn(tuner, lam=0.44)
    assert answer["problem"] == "lam=0.44 is refused by the verb."
    assert dict(tuner.knobs) == {"lam": 0.1}
    assert turn(tuner, lam=7)["problem"] == "lam lies from 0 to 1, not at 7."
    assert turn(tuner, lam="x")["problem"] == "lam is a number, not 'x'."
    assert "problem" not in turn(tuner, lam=0.5)


def test_a_choice_travels_as_its_place_and_comes_back_as_its_value() -> None:
    frames = {"small": pd.DataFrame({"a": [1]}), "large": pd.DataFrame({"a": [1, 2]})}
    tuner = al.tune(tiny, frames, "height", every=["1h", "6h"], lag={"two": 2, "five": 5})
    turn(tuner, every=1, lag=1)
    assert dict(tuner.knobs) == {"every": "6h", "lag": 5}
    assert "problem" in turn(tuner, every=5)

    def framed(rows: pd.DataFrame) -> al.Result:
        return tiny(None, "height", lam=len(rows) / 10)

    tuner = al.tune(framed, rows=frames)
    turn(tuner, rows=1)
    assert tuner.knobs["rows"] is frames["large"]
    assert "rows=large," in tuner.code


def test_knobs_are_a_value_that_nobody_can_change() -> None:
    tuner = al.tune(tiny, LOG, "height", lam=(0.0, 1.0))
    with pytest.raises(TypeError):
        tuner.knobs["lam"] = 1
    with pytest.raises(UnknownNameError, match="no knob 'lan'"):
        tuner.turn(lan=1)


def test_a_formula_knob_costs_no_figure_and_a_page_loaded_again_has_it(tuned: Tune) -> None:
    tuner = tuned()
    rev, state = tuner.rev, tuner.state
    turn(tuner, lam=0.9)
    assert (tuner.rev, tuner.state) == (rev, state)
    fresh = json.loads(tuner.get_state()["state"])
    assert fresh["card"]["values"]["lam"] == 0.9
    turn(tuner, every=1)
    assert json.loads(tuner.state)["formula"]["fixed"]["more"] == 100
    assert json.loads(tuner.bundle()["state"])["grid"] == [{"rate": "rate 0"}, {"rate": "rate 1"}]


def test_the_numbers_travel_beside_their_places(tuned: Tune) -> None:
    tuner = tuned()
    places = json.loads(tuner.state)["formula"]["arrays"]
    numbers = np.frombuffer(tuner.data, "<f8")
    offset, size = places["x"]
    assert numbers[offset : offset + size].tolist() == list(range(20))
    offset, size = places["unused"]
    assert np.isnan(numbers[offset])
    assert size == 2


def test_a_part_of_an_old_grid_is_not_given_out(tuned: Tune) -> None:
    tuner = tuned()
    sent: list[dict[str, Any]] = []
    tuner.send = lambda content, *_: sent.append(content)
    for chunk, base in ((0, tuner.rev), (0, tuner.rev - 1), (2, tuner.rev)):
        what = {"kind": "ask", "seq": 1, "what": "grid", "chunk": chunk, "base": base}
        tuner._hear(None, what, [])
    said = [json.loads(one["text"]) for one in sent if "text" in one]
    assert said == [{"part": {"rate": "rate 0"}}, {"old": True}, {"done": True}]


def test_too_few_rows_leave_the_knobs_and_say_unknown() -> None:
    few = al.demo(days=1, traces_per_day=20, seed=1)
    tuner = al.tune(al.control_chart, few, "strong_completion", width=(2, 4), every=["1h", "2h"])
    state = json.loads(tuner.state)
    assert state["card"]["band"] == "unknown"
    assert state["card"]["more"] == []
    assert state["formula"] is None
    assert [one["engine"] for one in state["knobs"]] == ["kernel", "kernel"]
    assert state["figure"]["data"]


def test_a_question_with_a_view_of_its_own_is_shown_by_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Any] = []

    def make(*given: object, **knobs: object) -> Any:
        made.append((given, knobs))
        return "its view"

    own = kinds.Kind(takes=lambda verb, knobs: verb is tiny and not knobs, make=make)
    monkeypatch.setattr(home, "KINDS", (own,))
    assert al.tune(tiny, LOG, "height", height=300) == "its view"
    assert made == [((tiny, LOG, "height"), {"height": 300})]
    assert isinstance(al.tune(tiny, LOG, "height", lam=(0.0, 1.0)), Tuner)


@pytest.mark.parametrize(
    "value", [None, True, 3, 2.5, 1e-9, "a'\"\n\\\u2028", ("a", 1), ("a",), [1.5], al.Policy(of=2)]
)
def test_a_literal_is_read_back_as_the_value(value: object) -> None:
    said = literal(value)
    assert said is not None
    assert eval(said, {"al": al}) == value  # noqa: S307 - the promise is that it can be read


def test_what_has_no_literal_says_so() -> None:
    assert literal(pd.DataFrame()) is None
    assert literal((1, object())) is None
    completion = al.metrics()
    assert len(completion) > 0
    from agentlens.measures.builtin import BUILTIN

    metric = BUILTIN["error_rate"]
    assert literal(metric) == '"error_rate"'
    assert literal(replace(metric, version=99)) is None
