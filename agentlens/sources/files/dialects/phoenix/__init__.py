"""The exports of Phoenix."""
