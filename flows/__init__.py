"""When things run: thin Prefect wrappers. The only folder that knows Prefect."""
