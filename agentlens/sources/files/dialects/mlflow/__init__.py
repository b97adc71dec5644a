"""The traces of MLflow."""
