"""The sample programme behind `slipwatch demo`: a generator of its source files, and the truth they must lead to.

`slipwatch.sample.programme` holds the cast, the polls and `write_poll`; `slipwatch.sample.truth` what must be found.
"""
