"""Who is told what, when, and would that have been right? Policies, alerts, backtests."""
