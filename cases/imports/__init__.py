"""The old lists of the office: read, looked at, and brought in, all of it or none, and never twice.

A line may speak of a client, of a case, of a visit, or of all three; lines that name the same one by its old number,
or else by the same words, mean the same one. `columns` is the table of what can be read, `cells` reads a cell, `lines`
a line, `planning` says what would be made, `writing` makes it.
"""
