"""Which traces are the agent's traffic, and which its evaluators' own runs?"""

from collections.abc import Sequence

import pandas as pd

from agentlens.tables.problems import Problem

__all__ = ["traffic"]

_OWN = "langfuse"


def traffic(
    traces: pd.DataFrame, environment: str | Sequence[str] | None = None
) -> tuple[pd.DataFrame, pd.Series, list[Problem]]:
    """Return the traces that are traffic, the ids of the others, and how many those are.

    Judges and experiments write traces into the project that they judge; left in, they look like
    cheap, perfect users. They stay where they are asked for by `environment`.

    Args:
        traces: built traces, with `environment` and `experiment`.
        environment: the environments wanted; None means all that are traffic.
    """
    nobody = pd.Series(dtype="str")
    if not len(traces):
        return traces, nobody, []
    named = traces["environment"].fillna("")
    if environment is not None:
        wanted = [environment] if isinstance(environment, str) else list(environment)
        out = ~named.isin(wanted)
        detail = f"not of the environment wanted ({', '.join(map(repr, wanted))})"
    else:
        own = named.str.startswith(_OWN)
        out = own | traces["experiment"].fillna(value=False).astype(bool)
        detail = "runs of evaluators and experiments are no traffic; environment= reads them"
    n = int(out.sum())
    kept = traces.drop(columns="experiment")
    if not n:
        return kept, nobody, []
    problem = Problem(
        action="ignored",
        n=n,
        table="traces",
        field="environment",
        share=n / len(traces),
        examples=tuple(map(str, traces.loc[out, "trace_id"].iloc[:5])),
        detail=detail,
    )
    return kept[~out].reset_index(drop=True), traces.loc[out, "trace_id"], [problem]
