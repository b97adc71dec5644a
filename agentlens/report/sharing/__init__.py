"""A report that may leave the team: nobody in it can be found, and it says what was done for that."""
