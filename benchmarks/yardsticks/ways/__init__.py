"""Which work is measured? A file a subject; each names its yardsticks in YARDSTICKS."""
