"""How fast is redaction, and does its work grow only as fast as the text?

    python benchmarks/redaction.py

First megabytes a second on ordinary text, CPU time of one core; then, for each of the worst texts,
the ratio of the work on 1 MB to that on 100 kB. Ten is linear; more than twelve is a fault.
"""

import gc
import json
import random
import sys
import time
from collections.abc import Callable
from functools import partial

import pandas as pd

from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.texts.hide import redacted_texts
from agentlens.tables.redact.texts.search import search_of

KEY = "a key for benchmarks"
SMALL, LARGE = 100_000, 1_000_000
MOST = 12.0
WORDS = (  # noqa: SIM905 - a sentence reads better than its list
    "The agent asked the search tool for results and the user said thanks . Then it read a page , "
    "compared prices and wrote an answer that names its sources ; nobody complained about it ."
).split()
WORST = {
    "a.a.a.": "a.",
    "a@a@a@": "a@",
    "a@a.a@a.": "a@a.",
    "@a.a.a.": "@a.a.a.a.a.a.a.a.a.a.a.",
    "one digit run": "1234567890",
    "zeros": "0",
    "digits and blanks": "1 ",
    "digits and dots": "1.",
    "digits in fours": "4111 ",
    "phones": "030 1234567 ",
    "plus signs": "+1",
    "eyJ repeated": "eyJ",
    "eyJ and dots": "eyJaaaaa.",
    "eyJ and hyphens": "-eyJ-",
    "base64": "TWFuIGlzIGRpc3Rpbmd1aXNoZWQ",
    "sk- repeated": "sk-",
    "//a: repeated": "//a:",
    "logins": "//a:b@c.de",
    "colons": ":",
    "hex and colons": "ab:",
    "key heads": "-----BEGIN PRIVATE KEY-----",
    "bearer": "Bearer ",
    "greetings": "Dear A ",
    "names": "my name is Ann ",
    "letters and digits": "DE89 ",
    "backslashes": "\\",
    "quotes": '\\"',
    "brackets": "[",
    "strings in brackets": '["',
    "tokens": "<EMAIL_K7Q2>",
    "percent": "%40",
}


def main() -> int:
    """Print both tables, and return 1 where a text takes more than its length explains."""
    speeds()
    print("\nwork on 1 MB over work on 100 kB (10 is linear)")
    faults = 0
    for name, unit in WORST.items():
        for wrap in ("{}", '["{}"]'):
            ratio, seconds = growth(unit, wrap)
            faults += ratio > MOST
            print(f"{name:24}{wrap:9}{ratio:6.1f}{seconds:9.3f} s/MB{'  !' * (ratio > MOST)}")
    return int(faults > 0)


def speeds() -> None:
    """Print megabytes a second on texts of different sorts."""
    choose = random.Random(1)  # noqa: S311 - words for a benchmark
    plain = [" ".join(choose.choices(WORDS, k=200)) for _ in range(10_000)]
    dated = [f"2026-11-18 10:00:00.{at:06} {text} {at}" for at, text in enumerate(plain)]
    record = [
        json.dumps({"id": f"{choose.getrandbits(128):032x}", "at": 1_763_460_000_000_000 + at})
        + text
        for at, text in enumerate(plain)
    ]
    objects = [
        json.dumps({"messages": [{"role": "user", "content": f"{text}\n{text}"}], "n": at})
        for at, text in enumerate(plain)
    ]
    mails = [f"{text} ann{at}@example.com" for at, text in enumerate(plain)]
    print("MB of text a second")
    for name, texts in (
        ("ordinary text", plain),
        ("with a date and a time", dated),
        ("with ids and epoch times", record),
        ("JSON of messages", objects),
        ("one address in each", mails),
    ):
        column = pd.Series(texts, dtype="str")
        seconds = least(partial(redacted_texts, column, key=KEY), 3)
        print(f"{name:28}{sum(map(len, texts)) / seconds / 1e6:8.0f}")


def growth(unit: str, wrap: str) -> tuple[float, float]:
    """Return by how much the work grows from 100 kB to 1 MB, and the seconds on 1 MB."""
    found = search_of(Redaction()).found
    texts = [wrap.replace("{}", (unit * (size // len(unit) + 1))[:size]) for size in (SMALL, LARGE)]
    small = least(lambda: found(texts[0]), 5)
    large = least(lambda: found(texts[1]), 2)
    return large / max(small, 1e-4), large


def least(work: Callable[[], object], runs: int) -> float:
    """Return the least CPU time of some runs, without the pauses of garbage collection."""
    spent = []
    gc.disable()
    for _ in range(runs):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    gc.enable()
    return min(spent)


if __name__ == "__main__":
    sys.exit(main())
