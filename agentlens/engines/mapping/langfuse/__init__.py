"""How the tables of Langfuse's own ClickHouse become ours, as expressions and not as rows."""
