"""One figure that tells Python what a hand does to it."""
