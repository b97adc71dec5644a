"""The one road from a dialect's rows to a log: normalise, build traces, derive signals."""
