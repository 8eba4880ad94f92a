"""When the monitor runs: the only folder that knows Prefect."""
