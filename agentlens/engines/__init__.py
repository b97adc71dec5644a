"""Logs whose rows stay where they are: tables on other engines, asked through Ibis."""
