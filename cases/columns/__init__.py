"""The tables of columns: what a file, a list or a page can say about a case, a visit, a client or a tariff."""

from cases.columns.column import EVERY, Column, Kind, UnknownColumn, for_file, picked, unnamed, usual
from cases.columns.of_cases import case_columns
from cases.columns.of_clients import client_columns
from cases.columns.of_tariffs import tariff_columns
from cases.columns.of_visits import visit_columns

__all__ = [
    "EVERY",
    "Column",
    "Kind",
    "UnknownColumn",
    "case_columns",
    "client_columns",
    "for_file",
    "picked",
    "tariff_columns",
    "unnamed",
    "usual",
    "visit_columns",
]
