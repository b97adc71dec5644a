"""How the demo writes down what happens: traces, spans, scores and labels."""
