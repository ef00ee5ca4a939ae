"""The people and their cases. Only `Client` (and the notes and visits about them) holds personal data."""

from cases.models.access import Access
from cases.models.case import Case, Series
from cases.models.client import Client
from cases.models.event import Event, Note
from cases.models.visit import Visit

__all__ = ["Access", "Case", "Client", "Event", "Note", "Series", "Visit"]
