"""The ledger: every fact, promise, judgement and message, in one database, with two times and a cause."""
