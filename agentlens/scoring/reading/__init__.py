"""From rows of scores to verdicts and labels that can be counted."""
