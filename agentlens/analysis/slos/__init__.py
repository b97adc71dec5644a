"""Is what was promised being kept? The promise, its budget, how fast it burns, and the scorecard."""
