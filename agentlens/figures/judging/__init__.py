"""How judges, labels and what follows from them are drawn."""
