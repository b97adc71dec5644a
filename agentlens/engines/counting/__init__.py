"""What is computed where the rows are: metrics, sums of groups, quantiles, strongest rows."""
