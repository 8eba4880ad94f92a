"""Where facts come from: one folder per system."""
