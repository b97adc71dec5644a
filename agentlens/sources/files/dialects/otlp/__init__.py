"""The forms in which OpenTelemetry writes spans."""
