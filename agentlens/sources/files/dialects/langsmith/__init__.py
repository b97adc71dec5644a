"""The runs of LangSmith."""
