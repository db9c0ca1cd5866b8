"""The sections of report.html, one file each."""
