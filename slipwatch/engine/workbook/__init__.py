"""The portfolio workbook: what the PMO declares, decides and keeps, as one Excel file that is written and read back."""
