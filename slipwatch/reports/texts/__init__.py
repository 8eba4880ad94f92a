"""Texts of the status report by id: `en.po`, `fr.po`."""
