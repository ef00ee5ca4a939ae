"""The filters of the lists. They are their address, and the export takes the same: nothing typed freely in here.

A value that is not one of the choices makes the filter invalid; it never widens the list.
"""

from cases.filters.of_cases import CaseFilter
from cases.filters.of_clients import ClientFilter
from cases.filters.of_visits import VisitFilter
from cases.filters.parts import ListFilter

__all__ = ["CaseFilter", "ClientFilter", "ListFilter", "VisitFilter"]
