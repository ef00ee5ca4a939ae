"""The one kind of text a person can type into Sésame: clean, and without the numbers and secrets of the clients.

`scan` says what a text holds that it must not; the fields refuse it, in forms, in models and before the database.
"""

from config.clean_text.findings import Finding, Kind, masked, scan
from config.clean_text.form_fields import AsksAboutDoubts, CleanEmail, CleanLine, CleanText, CleanURL
from config.clean_text.model_fields import (
    CleanCharField,
    CleanEmailField,
    CleanField,
    CleanTextField,
    CleanURLField,
    fits,
)

__all__ = [
    "AsksAboutDoubts",
    "CleanCharField",
    "CleanEmail",
    "CleanEmailField",
    "CleanField",
    "CleanLine",
    "CleanText",
    "CleanTextField",
    "CleanURL",
    "CleanURLField",
    "Finding",
    "Kind",
    "fits",
    "masked",
    "scan",
]
