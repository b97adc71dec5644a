"""What of a calibration a view shows, in words, numbers and pictures."""
