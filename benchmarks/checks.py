"""How many traces does each check look at in a CPU second, and how often is it wrong?

    python -m benchmarks.checks [traces]

First a row a check on a log of that many traces (100,000), whose texts repeat as they do in agent
logs, and once more with every text different. Then what the texts of the tests show: false finds
among ordinary texts, and refusals missed.
"""

import sys
from dataclasses import replace
from functools import partial

import pandas as pd

import agentlens as al
from agentlens.scoring.checks.catalogue import checks, usual
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.checking import check
from agentlens.scoring.checks.reading.tongues import tongue_of
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from benchmarks.clock import spent
from tests.scoring.checks.ordinary import ORDINARY, REFUSED

DAYS = 28
SCHEMA = {"type": "object", "required": ["order"], "properties": {"order": {"type": "string"}}}


def main() -> int:
    """Print both tables."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    log = al.demo(days=DAYS, traces_per_day=round(n / DAYS))
    print(f"{len(log):,} traces, {len(log.spans):,} spans; traces a CPU second")
    print(f"{'check':<18}{'repeating':>12}{'all different':>16}")
    varied = different(log)
    for one in asked(log):
        speeds = [len(each) / spent(partial(one.run, each)) for each in (log, varied)]
        print(f"{one.name:<18}{speeds[0]:>12,.0f}{speeds[1]:>16,.0f}")
    whole = [len(each) / spent(partial(check, each)) for each in (log, varied)]
    print(f"{'check(log)':<18}{whole[0]:>12,.0f}{whole[1]:>16,.0f}\n")
    mistakes()
    return 0


def asked(log: Log) -> tuple[Check, ...]:
    """Return every check of the catalogue."""
    return (
        *usual(),
        checks.pii(),
        checks.json_schema(SCHEMA),
        checks.tools_allowed({"refund": ["get_order", "issue_refund", "search_orders"]}),
        checks.ids_exact("W-[0-9]{6}"),
        checks.exact("input"),
        checks.budget(latency_s="p99", tokens="p99", by="task_type", baseline=log),
    )


def different(log: Log) -> Log:
    """Return the log with a number behind each text, so that no two are equal."""
    traces = log.traces
    number = " (" + pd.Series(range(len(traces))).astype("str") + ")"
    return replace(
        log, traces=traces.assign(input=traces["input"] + number, output=traces["output"] + number)
    )


def mistakes() -> None:
    """Print how often checks are wrong on the texts of the tests."""
    start = pd.Timestamp("2026-11-01", tz="UTC")
    texts = [one for _, one in ORDINARY]
    print(f"of {len(texts)} ordinary texts in {len({code for code, _ in ORDINARY})} languages")
    log = from_frames(
        pd.DataFrame({"trace_id": map(str, range(len(texts))), "start": start, "output": texts})
    )
    for one in (checks.pii(), checks.pii(["name"]), checks.refusal()):
        print(f"  {one.name:<10}{one.params.get('kinds', '')!s:<55}"
              f"{int(one.run(log).failed.sum())} found")  # fmt: skip
    for words in (20, 12, 5):
        told = [(code, tongue_of(text, words).language) for code, text in ORDINARY if code]
        right = sum(code == found for code, found in told)
        wrong = sum(found not in {code, ""} for code, found in told)
        print(f"  language from {words:>2} words: {right} right, {wrong} wrong,"
              f" {len(told) - right - wrong} not told, of {len(told)}")  # fmt: skip
    refused = from_frames(
        pd.DataFrame({"trace_id": map(str, range(len(REFUSED))), "start": start, "output": REFUSED})
    )
    missed = int((~checks.refusal().run(refused).failed).sum())
    print(f"  refusal: {missed} of {len(REFUSED)} refusals missed")


if __name__ == "__main__":
    sys.exit(main())
