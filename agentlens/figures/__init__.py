"""One tidy frame in, one plotly figure out; nothing is computed here."""
