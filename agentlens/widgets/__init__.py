"""Results in the hand: views that a person turns, brushes and labels, and that give it all back."""
