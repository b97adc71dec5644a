"""A calibration under one's hand: threshold, costs, bands, and what may be seen of them."""
