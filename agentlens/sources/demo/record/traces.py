"""How do traffic, steps and outcomes become the rows of the traces table?"""

import numpy as np
import pandas as pd

from agentlens.sources.demo.columns import (
    Flags,
    constant,
    counts,
    flags,
    hexes,
    table_frame,
    times,
    words,
)
from agentlens.sources.demo.record.spans import COUNTED, NAME, TOOL_PLACES
from agentlens.sources.demo.record.texts import Texts
from agentlens.sources.demo.record.usage import Usage
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.steps import AGENT, ANSWER, FIRST, PLAN, SECOND
from agentlens.sources.demo.story.tell import Story
from agentlens.sources.demo.story.window import AGENT_VERSIONS, PROMPT_VERSIONS
from agentlens.tables.schema import TRACES

__all__ = ["traces_table"]

_LAST_ERROR = shop.STOPS.index("timeout")


def traces_table(
    story: Story,
    texts: Texts,
    usage: Usage,
    trace_id: pd.Series,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return one row a trace, by start."""
    rows = len(story.traffic)
    columns = {
        "trace_id": trace_id,
        "name": constant(NAME, rows),
        "weight": pd.Series([1.0] * rows),
    }
    columns |= _who(story, rng) | _what(story, texts) | _effort(story, usage) | _signals(story)
    return table_frame(TRACES, columns, rows)


def _who(story: Story, rng: np.random.Generator) -> dict[str, pd.Series]:
    traffic, window = story.traffic, story.window
    rows = len(traffic)
    people = constant("u_", int(traffic.user.max()) + 1)
    sessions = constant("s_", traffic.sessions)
    user_id = people + hexes(rng, len(people), 12)
    session_id = sessions + hexes(rng, len(sessions), 16)
    release = window.release_at(traffic.start)
    prompts = [f"support@{version}" for version in PROMPT_VERSIONS]
    return {
        "session_id": session_id.take(traffic.session).reset_index(drop=True),
        "user_id": user_id.take(traffic.user).reset_index(drop=True),
        "environment": constant("production", rows),
        "release": words(window.releases(), release),
        "agent_version": words(AGENT_VERSIONS, release),
        "model": words(shop.MODELS, traffic.model),
        "prompt_version": words(prompts, release),
        "task_type": words(shop.TASKS, traffic.task),
        "segment": words(shop.SEGMENTS, traffic.segment),
        "device": words(shop.DEVICES, traffic.device),
        "session_number": counts(traffic.session_number),
        "tags": words(["shop,app", "shop,web"], (traffic.device > 0).astype(np.int64)),
    }


def _what(story: Story, texts: Texts) -> dict[str, pd.Series]:
    running, stop = story.outcomes.running, story.steps.stop
    start, end = story.clock.start[:, AGENT], story.clock.end[:, AGENT]
    broken = (stop > 0) & (stop <= _LAST_ERROR)
    return {
        "start": times(start),
        "end": times(end, ~running),
        "latency_s": pd.Series((end - start) / 1e6).where(~running),
        "query_chars": counts(texts.asked.str.len().to_numpy().astype(np.int64)),
        "input": texts.asked,
        "output": texts.answered,
        "status": words(["ok", "error", "open"], np.where(running, 2, broken)),
        "error_type": words(shop.STOPS, np.where(broken, stop, -1)),
    }


def _effort(story: Story, usage: Usage) -> dict[str, pd.Series]:
    taken, failed, known = story.steps.taken, story.steps.failed, usage.known
    some: Flags = np.any(known, axis=1)
    return {
        "input_tokens": counts((usage.read * known).sum(axis=1), some),
        "output_tokens": counts((usage.written * known).sum(axis=1), some),
        "cached_tokens": counts((usage.cached * known).sum(axis=1), some),
        "cost_usd": pd.Series((usage.cost * known).sum(axis=1)).where(some),
        "steps": counts(taken[:, COUNTED].sum(axis=1)),
        "llm_calls": counts(taken[:, [PLAN, ANSWER]].sum(axis=1)),
        "tool_calls": counts(taken[:, TOOL_PLACES].sum(axis=1)),
        "tool_errors": counts(failed[:, TOOL_PLACES].sum(axis=1)),
        "retries": counts(taken[:, [FIRST + 1, SECOND + 1]].sum(axis=1)),
    }


def _signals(story: Story) -> dict[str, pd.Series]:
    """Return what users did; what a log cannot know is missing, not false."""
    seen = story.outcomes
    over = ~seen.running
    readable = over & ~seen.foreign
    return {
        "completed": flags(seen.completed, over),
        "abandoned": flags(seen.abandoned, over),
        "user_corrected": flags(seen.corrected & readable, readable),
        "escalated": flags(seen.escalated, over),
        "user_rating": pd.Series(seen.liked.astype(np.float64)).where(seen.rated),
        "followed_up": flags(seen.followed_up & readable, readable),
        "copied": flags(seen.copied & seen.reporting, seen.reporting),
        "repeated_prompts": counts(seen.repeats.astype(np.int64)),
        "safety_flagged": flags(seen.broken_promise, over),
    }
