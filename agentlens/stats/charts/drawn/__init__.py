"""What does a chart show of one history? Arrays in, arrays out, as the browser draws it again."""
