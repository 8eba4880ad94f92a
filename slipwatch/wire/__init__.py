"""Families of sources: what HTTP, JSON-RPC, files and SQL have in common, without the name of any system."""
