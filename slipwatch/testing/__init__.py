"""What a connector of your own is tested with: a server that fails on request, and the conformance suite for pytest.

See `harness.Harness` for what you bring, `conformance.ConnectorConformance` and `http_conformance.HttpConformance` for
what is asked of it. Needs pytest, which Slipwatch itself does not.
"""
