"""What is known of a judge: its verdicts, the labels beside them, and how those were drawn."""
