"""Maths: numbers in, numbers out. Every function says its unit, its source and one worked example."""
