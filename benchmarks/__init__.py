"""Measures of quality and speed, each a command that prints a table; and what trains the models."""
