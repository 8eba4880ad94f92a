"""Texts of the rules by id, one file per language: findings, proposed actions, evidence, and why something is grey."""
