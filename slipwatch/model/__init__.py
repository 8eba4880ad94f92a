"""The language of the product: canonical records, findings, alerts and the one declaration of every column."""
