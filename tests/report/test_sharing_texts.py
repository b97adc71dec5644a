"""Is nobody quoted in a log that is fit to be shared, and does its audit say what was done?"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

import agentlens as al
from agentlens.report.sharing.audit import RULES
from agentlens.report.sharing.choice import Sharing
from agentlens.report.sharing.merged import OTHER
from agentlens.report.sharing.seal import sealed
from agentlens.report.sharing.shared import shared
from agentlens.report.sharing.words import without_lone_messages, without_lone_words
from agentlens.tables.problems import Problem, report_frame
from agentlens.tables.redact.rules.catalogue import RULES as PATTERNS
from tests.logs import demo_log
from tests.report.sharing_worlds import PLANTED, RULE_OF, World, world


def planted(rows: int = 30) -> World:
    """Return a log with secrets in every text, of which every other row has each."""
    made = world({})
    said = " and ".join(["my name is Ottoline Quell", *PLANTED.values()])
    log = made.log
    here = log.traces.index < rows
    spans = log.spans.assign(input=f"lookup {said}", output=f'{{"mail": "{PLANTED["email"]}"}}')
    traces = log.traces.assign(
        input=log.traces["input"].mask(here, said),
        user_id=log.traces["user_id"].replace("customer-1", PLANTED["user id"]),
        meta_customer="Ottoline Quell",
        segment=log.traces["segment"].mask(here, PLANTED["email"]),
    )
    scores = pd.DataFrame(
        {
            "score_id": [f"c{i}" for i in range(20)],
            "trace_id": log.traces["trace_id"].head(20),
            "name": "helpful",
            "value": 0.0,
            "source": "human",
            "rater": ["zenobia@team.example", "Zenobia", "ben"] * 6 + ["ben", "ben"],
            "stratum": "segment=AcmeCorp",
            "comment": f"wrong: {said}",
        }
    )
    return replace(made, log=al.from_frames(traces, spans, scores))


def test_no_planted_secret_is_left_in_any_table() -> None:
    log, audit = shared(planted().log, Sharing())
    for frame in (log.traces, log.spans, log.scores, log.report, log.rejected):
        told = frame.to_csv()
        for value in (*PLANTED.values(), "Quell", "zenobia", "Zenobia", "AcmeCorp"):
            assert value not in told
    assert audit.replaced["iban"] == 30 + len(planted().log.spans) + 20
    assert not re.search("|".join(map(re.escape, PLANTED.values())), audit.frame.to_csv())


def test_the_audit_counts_each_address_that_was_there() -> None:
    plain = world({}).log
    said = ["Mail a@example.com", "b@example.com or c@example.com", "no address"]
    traces = plain.traces.assign(input=[said[i % 3] for i in range(len(plain))])
    _, audit = shared(replace(plain, traces=traces), Sharing())
    wanted = sum([1, 2, 0][i % 3] for i in range(len(plain)))
    assert f"; {wanted} e-mail addresses replaced; " in str(audit)
    rows = audit.frame.set_index(["place", "what"])["n"]
    assert rows["traces.input", "email"] == wanted


def test_to_share_what_is_shared_changes_nothing_more() -> None:
    once, first = shared(planted().log, Sharing())
    again, audit = shared(once, Sharing())
    for name in ("traces", "spans", "scores"):
        pd.testing.assert_frame_equal(getattr(once, name), getattr(again, name))
    assert first.replaced
    assert not audit.replaced
    assert "no pattern left to replace" in str(audit)


def test_raters_and_strata_have_numbers_and_judges_keep_their_names() -> None:
    log, _ = shared(planted().log, Sharing())
    assert set(log.scores["rater"]) == {"rater 1", "rater 2", "rater 3"}
    assert set(log.scores["stratum"]) == {"stratum 1"}
    demo, _ = shared(demo_log().last("24h"), Sharing())
    judges = demo.scores.loc[demo.scores["source"] == "judge", "rater"]
    assert set(judges) == {"demo-judge-1"}


def test_a_load_report_brings_no_example_no_folder_and_no_small_value() -> None:
    plain = world({"device": [2, 3]}).log
    lines = report_frame(
        [
            Problem(
                action="assumed",
                n=3,
                file="/home/ann/exports/day.jsonl",
                examples=("deviceQz0w",),
                detail="'deviceQz1w' is no device; key in /home/ann/.config/agentlens/redact.key",
            )
        ]
    )
    log, _ = shared(replace(plain, report=lines), Sharing())
    row = log.report.iloc[0]
    assert (row["file"], row["examples"], row["n"]) == ("day.jsonl", "", 3)
    assert row["detail"] == f"'{OTHER}' is no device; key in redact.key"


def test_an_error_message_of_one_user_is_masked_and_a_shared_one_stays() -> None:
    messages = pd.Series(
        [
            "order W-1 not found", "order W-2 not found",
            "no customer 'Acme Ltd'", "no customer 'Foo Inc'",
            "Acme's own server is down", "Acme's own server is down", None,
        ],
        dtype="str",
    )  # fmt: skip
    told, n = without_lone_messages(messages, np.array([1, 2, 1, 2, 3, 3, 3]))
    assert (
        told.tolist()[:4] == ["order W-1 not found", "order W-2 not found"] + ["no customer …"] * 2
    )
    assert told.tolist()[4:6] == ["(a message of one user)"] * 2
    assert told.isna().tolist()[6]
    assert n == 3


def test_names_of_failures_quote_no_single_user() -> None:
    plain = world({}).log
    mine = (
        plain.spans["trace_id"].map(plain.traces.set_index("trace_id")["user_id"]) == "customer-1"
    )
    message = plain.spans["error_message"].mask(
        mine & (plain.spans["status"] == "error"), "acme gone"
    )
    own = replace(plain, spans=plain.spans.assign(error_message=message))
    assert "acme" in al.failures(own).frame.to_csv()
    log, audit = shared(own, Sharing())
    assert "acme" not in al.failures(log).frame.to_csv()
    assert "the shop did not answer" in al.failures(log).frame.to_csv()
    assert "1 error message of one user masked" in str(audit)


def test_words_of_one_user_go_where_no_traces_are_shown() -> None:
    texts = pd.Series(
        ["Refund for Acme", "refund my Order", None, "an order for Straße"], dtype="str"
    )
    told = without_lone_words(texts, np.array([1, 2, 2, 3]))
    assert told.tolist()[:2] == ["Refund for …", "refund … Order"]
    assert told.tolist()[3] == "… order for …"
    assert told.isna().tolist() == [False, False, True, False]
    log, audit = shared(planted().log, Sharing(traces=False))
    assert not {"input", "output"} & {*log.spans.columns}
    assert "no word that only one user wrote" in str(audit)


# --- the sentence


def test_the_sentence_is_the_one_that_was_promised() -> None:
    sizes = {"device": [3, 4, 5], "segment": [2, 9]}
    plain = world(sizes).log
    mails = plain.traces["input"].mask(plain.traces.index < 3, "ann@example.com")
    _, audit = shared(replace(plain, traces=plain.traces.assign(input=mails)), Sharing())
    assert sealed(f"# Week\n{audit}\n", ".md") == (
        "# Week\nFit to be shared: 5 values with fewer than 10 users merged (2 of segment, 3 of"
        " device); 3 e-mail addresses replaced; 0 patterns found in the finished file.\n"
    )


def test_a_file_in_which_something_is_found_does_not_call_itself_fit() -> None:
    _, audit = shared(world({}).log, Sharing())
    whole = sealed(f"<p>{audit}</p><p>ann@example.com, +49 171 5550123</p>", ".html")
    assert "Fit to be shared" not in whole
    assert "Look before you share: " in whole
    assert "2 patterns found in the finished file (1 e-mail address and 1 phone number;" in whole


def test_a_report_that_is_not_shared_is_written_as_it_is() -> None:
    whole = "<p>ann@example.com</p>"
    assert sealed(whole, ".html") is whole


def test_every_rule_has_words() -> None:
    assert {*PATTERNS, *RULE_OF.values()} <= {*RULES}
