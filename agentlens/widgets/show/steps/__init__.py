"""The steps of a trace: which called which, which are drawn, and which hold some words."""
