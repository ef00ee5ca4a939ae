"""The people and their cases. Only `Client` (and the notes and visits about them) holds personal data."""

from cases.models.access import Access
from cases.models.aggregate import Erasure, MonthlyCount
from cases.models.appointment import Appointment, CalendarLink
from cases.models.case import Case
from cases.models.client import Client
from cases.models.event import Event, Note
from cases.models.export import Departure, Export
from cases.models.household import Companion, Household, Member
from cases.models.imports import Import, ImportedRow
from cases.models.pairs import Merge, Parting, TwoPeople
from cases.models.privacy import PrivacyAct
from cases.models.saved_view import SavedView, StartView
from cases.models.series import Series
from cases.models.visit import Visit

__all__ = [
    "Access",
    "Appointment",
    "CalendarLink",
    "Case",
    "Client",
    "Companion",
    "Departure",
    "Erasure",
    "Event",
    "Export",
    "Household",
    "Import",
    "ImportedRow",
    "Member",
    "Merge",
    "MonthlyCount",
    "Note",
    "Parting",
    "PrivacyAct",
    "SavedView",
    "Series",
    "StartView",
    "TwoPeople",
    "Visit",
]
