"""Results on one page that opens anywhere, without a network and without a kernel."""
