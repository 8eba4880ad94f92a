"""Texts of the portfolio workbook by id: `en.po`, `fr.po`."""
