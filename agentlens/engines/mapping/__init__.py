"""How the columns of a foreign table become ours, as expressions and not as rows."""
