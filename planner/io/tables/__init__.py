"""The big tables of an account: contact history and drivers, from CSV, Parquet or a workbook."""
