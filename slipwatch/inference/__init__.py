"""Reads files nobody has described yet, and proposes what they are: every proposal with its reason, every doubt a
question. Nothing here decides for the reader."""
