"""The way of rows into a lake: who may come in, as what, and what is then known."""
