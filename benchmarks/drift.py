"""How often does `drift` call what did not change, and how soon does it find what did?

    python benchmarks/drift.py [runs] [false power texts demo]

Worlds of twenty columns, with users who have eight traces on average and an intraclass correlation
of 0.3, most of them in both periods; texts of users with a style of their own; calm demo logs.
Standard errors are in parentheses. For the cost: `python -m benchmarks --only P6`.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
import agentlens as al  # noqa: E402 - after the path

START = pd.Timestamp("2026-11-02", tz="UTC")
COLUMNS, DAYS, CURRENT = 20, 14, 7
SHARES = (0.3, 0.1, 0.03)
WORDS = np.array(
    [f"{one}{other}" for one in "bcdfghjklmnpqrstvwxz" for other in "abcdefghijklmnopqrst"]
)


def main() -> None:
    """Print the tables that were asked for, all by default."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    parts = {"false": false, "power": power, "texts": texts, "demo": calm}
    for name in sys.argv[2:] or parts:
        parts[name](runs)


def false(runs: int) -> None:
    """Print how many logs have a column called where nothing changed."""
    print("| nothing changed | p < .05, a column | called, gates off | called, gates on | runs |")
    print("|---|---|---|---|---|")
    for users, both in ((60, True), (200, True), (500, True), (60, False), (200, False)):
        frames = [found(seed, users, both=both) for seed in range(runs)]
        off, on = (np.array([len(called(one, gates)) > 0 for one in frames]) for gates in (0, 1))
        small = np.concatenate([one["p"].to_numpy() < 0.05 for one in frames])
        error = np.std([(one["p"] < 0.05).mean() for one in frames]) / np.sqrt(runs)
        where = "in both periods" if both else "in one period"
        row = f"{small.mean():.3f} ({error:.3f}) | {share(off)} | {share(on)} | {runs}"
        print(f"| {users} users, {where} | {row} |", flush=True)


def power(runs: int) -> None:
    """Print how many moved columns are found, and how many of those called did not move."""
    print("| 5 of 20 moved | found, gates off | false, off | found, gates on | false, on | runs |")
    print("|---|---|---|---|---|---|")
    for users in (200, 500):
        for shift in (0.05, 0.1, 0.2, 0.3, 0.5):
            frames = [found(seed, users, shift=shift) for seed in range(runs)]
            cells = []
            for gates in (0, 1):
                calls = [called(one, gates) for one in frames]
                right = np.array([sum(int(name[1:]) < 5 for name in one) for one in calls])
                wrong = (np.array([len(one) for one in calls]) - right) / np.maximum(
                    [len(one) for one in calls], 1
                )
                cells += [mean(right / 5), mean(wrong)]
            print(f"| {users} users, {shift} sd | {' | '.join(cells)} | {runs} |", flush=True)


def texts(runs: int) -> None:
    """Print how often the words of two periods are told apart, by the share of a new topic."""
    print("| texts | words, p < .05 | called | mean AUC - 1/2 | new words, p < .05 | runs |")
    print("|---|---|---|---|---|---|")
    for users, both, new in (
        (60, True, 0.0),
        (200, True, 0.0),
        (60, False, 0.0),
        (200, False, 0.0),
        (200, True, 0.05),
        (200, True, 0.1),
        (200, True, 0.2),
        (200, True, 0.4),
    ):
        rows, fresh = [], []
        for seed in range(runs):
            log = al.from_frames(written(seed, users, both=both, new=new))
            frame = al.drift(log, current=f"{CURRENT}D", columns=["input"]).frame
            rows.append(frame.set_index("column").loc["input: words"])
            fresh.append(frame.set_index("column").loc["input: new words", "p"])
        p, auc = (np.array([row[name] for row in rows], float) for name in ("p", "effect"))
        each = np.array([row["drifted"] for row in rows], bool)
        what = f"{users} users, in {'both periods' if both else 'one period'}, {new:.0%} new topic"
        others = share(np.array(fresh, float) < 0.05)
        row = f"{share(p < 0.05)} | {share(each)} | {mean(auc)} | {others} | {runs}"
        print(f"| {what} | {row} |", flush=True)


def calm(runs: int) -> None:
    """Print how many calm demo logs have a column called."""
    runs = min(runs, 40)
    calls: dict[str, list[list[str]]] = {"24h": [], "7D": []}
    for seed in range(runs):
        log = al.demo(incidents=(), seed=seed)
        for current, each in calls.items():
            frame = al.drift(log, current=current).frame
            each.append(frame.loc[frame["drifted"], "column"].tolist())
    for current, each in calls.items():
        names = sorted({name for one in each for name in one})
        hit = share(np.array([len(one) > 0 for one in each]))
        print(f"| calm demo, {current} | {hit} | {runs} | {', '.join(names)} |", flush=True)


def found(seed: int, users: int, *, both: bool = True, shift: float = 0.0) -> pd.DataFrame:
    """Return what is found in one world, no effect too small to be called."""
    log = al.from_frames(world(seed, users, both=both, shift=shift))
    return al.drift(log, current=f"{CURRENT}D", material=0.0).frame


def called(frame: pd.DataFrame, gates: float) -> list[str]:
    """Return the columns that are called at so many times the usual gates."""
    return frame.loc[frame["drifted"] & (frame["times_gate"] >= gates), "column"].tolist()


def world(seed: int, users: int, *, both: bool, shift: float) -> pd.DataFrame:
    """Return traces of users whose columns are alike; the first five columns move by a shift."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - as the library does

    rng = np.random.default_rng(seed)
    frame, user = visits(rng, users, both=both)
    n = user.size
    day = (frame["start"] - START) / pd.Timedelta(days=1)
    hidden = np.sqrt(0.3) * rng.normal(size=(COLUMNS, users))[:, user]
    hidden += np.sqrt(0.7) * rng.normal(size=(COLUMNS, n))
    hidden[:5] += shift * (day.to_numpy() >= DAYS - CURRENT)
    for place, values in enumerate(hidden):
        name = f"x{place}"
        if place % 4 == 0:
            frame[name] = values
        elif place % 4 == 1:
            frame[name] = np.exp(values)
        elif place % 4 == 2:
            codes = np.searchsorted([0.3, 0.55, 0.75, 0.88, 0.95], ndtr(values))
            frame[name] = np.array(list("abcdef"))[codes]
        else:
            frame[name] = values > -ndtri(SHARES[place // 4 % 3])
    return closed(frame)


def written(seed: int, users: int, *, both: bool, new: float) -> pd.DataFrame:
    """Return texts of eight words: half by topic, half by the style of the user."""
    rng = np.random.default_rng(seed)
    frame, user = visits(rng, users, both=both)
    n = user.size
    topic = rng.integers(0, 6, users)[user]
    topic = np.where(rng.random(n) < 0.5, topic, rng.integers(0, 6, n))
    late = (frame["start"] >= START + pd.Timedelta(days=DAYS - CURRENT)).to_numpy()
    topic = np.where(late & (rng.random(n) < new), 6, topic)
    style = rng.integers(100, 400, (users, 12))[user]
    words = np.where(
        rng.random((n, 8)) < 0.5,
        topic[:, None] * 12 + rng.integers(0, 12, (n, 8)),
        np.take_along_axis(style, rng.integers(0, 12, (n, 8)), axis=1),
    )
    frame["input"] = [" ".join(one) for one in WORDS[words]]
    return closed(frame)


def visits(rng: np.random.Generator, users: int, *, both: bool) -> tuple[pd.DataFrame, np.ndarray]:
    """Return when which user came."""
    user = np.repeat(np.arange(users), rng.poisson(7, users) + 1)
    half = DAYS - CURRENT
    day = rng.uniform(0, DAYS, user.size)
    if not both:
        day = rng.uniform(0, half, user.size) + half * (rng.random(users) < 0.5)[user]
    frame = pd.DataFrame({"trace_id": [f"t{one}" for one in range(user.size)]})
    frame["user_id"] = [f"u{one}" for one in user]
    frame["start"] = START + pd.to_timedelta(day, unit="D")
    return frame, user


def closed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the traces with one at the first and one at the last second, that say nothing."""
    ends = pd.DataFrame({"trace_id": ["first", "last"], "start": [START] * 2})
    ends["start"] += pd.to_timedelta([0, DAYS * 86_400 - 1], unit="s")
    return pd.concat([frame, ends], ignore_index=True)


def mean(values: np.ndarray) -> str:
    """Return a mean and its standard error."""
    return f"{values.mean():.3f} ({values.std() / np.sqrt(values.size):.3f})"


def share(hits: np.ndarray) -> str:
    """Return a share and its standard error."""
    value = hits.mean()
    return f"{value:.3f} ({np.sqrt(max(value * (1 - value), 1e-9) / hits.size):.3f})"


if __name__ == "__main__":
    main()
