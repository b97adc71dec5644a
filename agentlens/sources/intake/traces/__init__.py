"""The steps of a trace become one trace."""
