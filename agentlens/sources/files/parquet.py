"""How is a Parquet file read?"""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agentlens.errors import BadInputError
from agentlens.sources.files.raw import Raw
from agentlens.tables.problems import WHERE
from agentlens.tables.save import FORMAT

__all__ = ["read_parquet"]


def read_parquet(path: Path, name: str) -> Raw:
    """Return the rows of a Parquet file.

    Args:
        path: the file.
        name: how it is called in the report.

    Raises:
        BadInputError: it is damaged, encrypted, or of a format newer than ours.
    """
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0]
        message = f"{name} cannot be read as Parquet: {first} Write or fetch the file again."
        raise BadInputError(message) from error
    said = table.schema.metadata or {}
    newest = int(said.get(b"agentlens.format", b"0"))
    if newest > FORMAT:
        message = (
            f"{name} was written in format {newest}, and this AgentLens reads up to {FORMAT}."
            " Update AgentLens."
        )
        raise BadInputError(message)
    frame = table.to_pandas().reset_index(drop=True)
    places = f"{name}:" + pd.Series(range(1, len(frame) + 1), dtype="int64").astype("str")
    frame[WHERE] = places.astype("str")
    return Raw(frame, said.get(b"agentlens.table", b"").decode())
