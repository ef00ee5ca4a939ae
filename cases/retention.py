"""How long we keep what, and what forgetting a person means. To be confirmed by the controller (facts 3.8).

Every field of every model of the cases is declared here: PERSONAL is blanked when a person is forgotten, KEPT stays,
because it is needed for the counts or for the history and does not name anybody; the rows of GONE, which tie people
together, are deleted. A field in none of them fails a test.
"""

from datetime import date
from typing import Any

from django.db.models import Case as Choice
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet, Value, When

from cases.models import (
    Access,
    Appointment,
    CalendarLink,
    Case,
    Client,
    Companion,
    Departure,
    Erasure,
    Event,
    Export,
    Household,
    Import,
    ImportedRow,
    Member,
    Merge,
    MonthlyCount,
    Note,
    Parting,
    PrivacyAct,
    SavedView,
    Series,
    StartView,
    TwoPeople,
    Visit,
)
from cases.models.client import ClientQuerySet
from communes.terms import Term, Unit

AFTER_CLOSING = Term(12, Unit.MONTHS)  # contact data and notes, after the last case was closed (facts 3.8)
WITHOUT_CASE = Term(3, Unit.MONTHS)  # a file that never became a case (facts 3.8)
TRACES = Term(24, Unit.MONTHS)  # who saw whom (facts 3.8); the database refuses to let go of one earlier
WARNING = Term(14, Unit.DAYS)  # how long before it happens the preview names the files

# A corrected visit says why it was corrected; when the words go, a mark stays in their place.
ONLY_A_MARK = Choice(When(corrects__isnull=False, then=Value("—")), default=Value(""))

# Fields blanked when a person is forgotten, and with what.
PERSONAL: dict[type[Model], dict[str, Any]] = {
    Client: {
        "given_name": "", "family_name": "", "search_key": "", "birth_year": None, "speaks": "", "interpreter": False,
        "document_expires_on": None, "identity_document": "", "identity_expires_on": None, "email": "", "phone": "",
        "leave_no_message": False, "ask_before_contact": False, "recall_agreed_on": None,
        "restricted_on": None, "forget_on": None,
    },
    Visit: {"note": "", "correction": ONLY_A_MARK},
    Note: {"text": ""},
    # Of these only the name in it: see cases.mentions.
    Export: {"purpose": ""},
    Import: {"source": ""},
    SavedView: {"name": ""},
}  # fmt: skip

KEPT: dict[type[Model], set[str]] = {
    Client: {
        "id", "reference", "contact_language", "commune", "residence_document", "notice_given_on", "team",
        "merged_into", "anonymised_on", "opened_on", "version",
    },
    Visit: {
        "id", "key", "client", "case", "happened_on", "channel", "minutes", "topic", "language", "result", "team",
        "by", "recorded_at", "corrects", "doubt_checked",
    },
    Note: {"id", "case", "event", "sensitive", "by", "recorded_at"},
    Export: {"id", "by", "at", "subject", "kind", "filters", "columns", "named"},
    Import: {
        "id", "key", "team", "by", "uploaded_at", "waits_until", "content", "columns", "done_at", "clients", "cases",
        "visits",
    },
    SavedView: {"id", "of", "query", "by", "team"},
    **{
        # Codes, days and amounts, and the keys that tie them together: no word of or about a person.
        model: {field.name for field in model._meta.concrete_fields}
        for model in (
            Case, Event, Appointment, CalendarLink, Access, Departure, PrivacyAct, Series, MonthlyCount, Erasure,
            Household, Companion, Merge, Parting, StartView, ImportedRow,
        )
    },
}  # fmt: skip

# Rows deleted when one of these people is forgotten: who lives with whom, and who was taken for whom.
GONE: dict[type[Model], tuple[str, ...]] = {Member: ("client",), TwoPeople: ("one", "other")}


def to_forget(*, on: date) -> ClientQuerySet:
    """The files whose time is over on a day: nothing open, and nothing for a year, or three months
    without a case.

    A client who agreed to be recalled is kept until the card they were helped with expires.
    """
    cases = Case.objects.filter(client=OuterRef("pk"))
    recall = cases.filter(card_expires_on__gte=on).filter(
        Q(recall_on__isnull=False) | Q(client__recall_agreed_on__isnull=False)
    )
    visits = Visit.objects.filter(client=OuterRef("pk"))
    companies = Companion.objects.filter(client=OuterRef("pk"))
    living = Client.objects.living().annotate(last_closing=Max("cases__closed_on"))
    return living.filter(
        ~Exists(cases.open()) & ~Exists(recall),
        Q(last_closing__lte=AFTER_CLOSING.before(on))
        & ~Exists(visits.filter(happened_on__gt=AFTER_CLOSING.before(on)))
        & ~Exists(companies.filter(visit__happened_on__gt=AFTER_CLOSING.before(on)))
        | Q(last_closing=None, opened_on__lte=WITHOUT_CASE.before(on))
        & ~Exists(visits.filter(happened_on__gt=WITHOUT_CASE.before(on)))
        & ~Exists(companies.filter(visit__happened_on__gt=WITHOUT_CASE.before(on))),
    ).order_by("pk")


def due_on(on: date) -> QuerySet[Client]:
    """Those whose time is over, and who stood in the list of warnings for its whole term."""
    return to_forget(on=on).filter(forget_on__lte=on)


def warn(*, on: date) -> int:
    """Put the files whose time is over within the term of the warning in the list, and take those out whom a new
    visit or case keeps; how many there are now.
    """
    day = WARNING.after(on)
    soon = to_forget(on=day).order_by().values("pk")
    Client.objects.exclude(forget_on=None).exclude(pk__in=soon).update(forget_on=None)
    Client.objects.filter(forget_on=None, pk__in=soon).update(forget_on=day)
    return Client.objects.exclude(forget_on=None).count()


def old_traces(*, on: date) -> QuerySet[Access]:
    return Access.objects.filter(at__date__lt=TRACES.before(on))


def forget_traces(*, on: date) -> int:
    """Let go of the traces that are older than their term, looks and exports alike; how many that were."""
    looks, _by_model = old_traces(on=on).delete()
    old = Export.objects.filter(at__date__lt=TRACES.before(on))
    Departure.objects.filter(export__in=old).delete()
    exports, _by_model = old.delete()
    return looks + exports
