"""What does a table of slices need of rows that stay where they are?"""
