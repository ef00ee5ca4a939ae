"""What everybody may know: the communes, their offices, what they offer and charge, and from which day. No person."""

from communes.models.delays import Delay, DelayCode, delay_in_force
from communes.models.places import Closure, Commune, Office, PostalCode
from communes.models.tariffs import (
    DocumentClass,
    ResidenceDocument,
    Residency,
    Service,
    Tariff,
    TariffDocument,
)

__all__ = [
    "Closure",
    "Commune",
    "Delay",
    "DelayCode",
    "DocumentClass",
    "Office",
    "PostalCode",
    "ResidenceDocument",
    "Residency",
    "Service",
    "Tariff",
    "TariffDocument",
    "delay_in_force",
]
