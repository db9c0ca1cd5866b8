"""How big an input may be. A file beyond a limit is refused by name before it is parsed, so that no input can take the machine."""

from __future__ import annotations

TOML_BYTES = 2_000_000
"""Size of account.toml."""

TABLE_BYTES = 200_000_000
"""Size of a table after decompression; also of a compressed file on disk."""

ROWS = 3_000_000
"""Rows of a table: two years of quarter-hours of forty queues."""

COLUMNS = 256
"""Columns of a table."""

CELLS = 30_000_000
"""Cells of a table, rows times columns: what keeps a reader below a gigabyte."""

CELL_CHARACTERS = 10_000
"""Characters of one cell, and of one name in a table."""

LINE_BYTES = 100_000
"""Bytes of one line of a CSV file."""

XLSX_BYTES = 60_000_000
"""Sum of the unpacked sizes that a workbook declares."""

XLSX_ENTRIES = 2_000
"""Files inside a workbook."""

XLSX_RATIO = 200
"""Unpacked over packed size of one file inside a workbook, counted from `XLSX_RATIO_FLOOR_BYTES` on."""

XLSX_RATIO_FLOOR_BYTES = 1_000_000
"""Files inside a workbook that unpack to less than this may have any ratio: they can do no harm."""

XLSX_CELLS = 10_000_000
"""Cells of a sheet's used rectangle: readers hold the whole rectangle, even if only its corners are filled."""

XLSX_TEXT_BYTES = 500_000_000
"""Upper bound of what a sheet's shared texts may come to once every cell holds its own copy."""

NAME_CHARACTERS = 120
"""Characters of a name or label."""

LISTED = 20
"""Problems of one kind listed before "and N more"."""

YEARS = (1990, 2100)
"""First and last year a time stamp may lie in."""
