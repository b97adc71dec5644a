"""Has this metric left its own normal? The chart, its limits, its alarms and its words."""
