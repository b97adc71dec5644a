"""What spans with attributes say: GenAI, OpenInference and Langfuse over OpenTelemetry."""
