"""The exports of Opik."""
