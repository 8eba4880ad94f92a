"""Messy files with their truth, and what the inference makes of them: the corpus that judges `slipwatch start`.

`python -m benchmarks.messy FOLDER [--held-out]` writes the files; `make bench ARGS="start"` scores them.
"""
