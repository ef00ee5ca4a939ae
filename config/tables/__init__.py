"""Tables that people bring in: CSV in any usual writing, and XLSX, read where no hostile file can do harm."""

from config.tables.reading import Read, UnreadableTableError, filled, read_table

__all__ = ["Read", "UnreadableTableError", "filled", "read_table"]
