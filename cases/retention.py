"""How long we keep what, and what forgetting a person means. To be confirmed by the controller (facts 3.8).

Every field of every model of the cases is declared here: PERSONAL is blanked when a person is forgotten, KEPT stays,
because it is needed for the counts or for the history and does not name anybody; the rows of GONE, which tie people
together, are deleted. A field in none of them fails a test.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Case as Choice
from django.db.models import Count, Exists, F, Max, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth

from cases.models import (
    Access,
    Appointment,
    CalendarLink,
    Case,
    Client,
    Companion,
    Erasure,
    Event,
    Household,
    Member,
    Merge,
    MonthlyCount,
    Note,
    Series,
    TwoPeople,
    Visit,
)
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
    },
    Visit: {"note": "", "correction": ONLY_A_MARK},
    Note: {"text": ""},
}  # fmt: skip

KEPT: dict[type[Model], set[str]] = {
    Client: {
        "id", "reference", "contact_language", "commune", "residence_document", "notice_given_on", "team",
        "merged_into", "anonymised_on", "opened_on", "version",
    },
    Visit: {
        "id", "key", "client", "case", "happened_on", "channel", "minutes", "topic", "language", "result", "team",
        "by", "recorded_at", "corrects",
    },
    Note: {"id", "case", "event", "sensitive", "by", "recorded_at"},
    **{
        # Codes, days and amounts, and the keys that tie them together: no word of or about a person.
        model: {field.name for field in model._meta.concrete_fields}
        for model in (
            Case, Event, Appointment, CalendarLink, Access, Series, MonthlyCount, Erasure, Household, Companion, Merge,
        )
    },
}  # fmt: skip

# Rows deleted when one of these people is forgotten: who lives with whom, and who was taken for whom.
GONE: dict[type[Model], tuple[str, ...]] = {Member: ("client",), TwoPeople: ("one", "other")}


def to_forget(*, on: date) -> QuerySet[Client]:
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


def erase(client: Client, *, on: date) -> None:
    """Forget a person: who they were, and every word written about them. The counts stay, and the mark of it.

    The note of a visit to which they came along may speak of them: it goes too.
    """
    with transaction.atomic():
        files = [client.pk, *Client.objects.filter(merged_into=client).values_list("pk", flat=True)]
        _count(Case.objects.closed().filter(client__in=files))
        Client.objects.filter(pk__in=files).update(**PERSONAL[Client], anonymised_on=on, version=F("version") + 1)
        visits = Visit.objects.filter(Q(client__in=files) | Q(companions__client__in=files))
        Visit.objects.filter(pk__in=visits.values("pk")).update(**PERSONAL[Visit])
        Note.objects.filter(case__client__in=files).update(**PERSONAL[Note])
        for model, people in GONE.items():
            tied = Q(*[Q(**{f"{name}__in": files}) for name in people], _connector=Q.OR)
            model._default_manager.filter(tied).delete()
        for key in files:
            Erasure.objects.get_or_create(client_key=key, defaults={"erased_on": on})


def apply(*, on: date) -> int:
    """Forget every file whose time is over; how many that were."""
    files = list(to_forget(on=on))
    for client in files:
        erase(client, on=on)
    return len(files)


def forget_traces(*, on: date) -> int:
    """Let go of the traces that are older than their term; how many that were."""
    deleted, _by_model = Access.objects.filter(at__date__lt=TRACES.before(on)).delete()
    return deleted


def erase_again(keys: Iterable[int], *, on: date) -> None:
    """After a restore: forget once more whoever the backup still knew. `keys` come from the erasures of before."""
    for client in Client.objects.filter(pk__in=keys, anonymised_on=None):
        erase(client, on=on)


def _count(cases: QuerySet[Case]) -> None:
    kinds = (
        cases.annotate(month=TruncMonth("closed_on"))
        .values("month", "procedure", "step", "client__commune", "client__residence_document__tariff_class")
        .annotate(count=Count("pk", distinct=True), visited=Count("visits", distinct=True))
        .order_by()
    )
    for kind in kinds:
        row, _created = MonthlyCount.objects.get_or_create(
            month=kind["month"],
            procedure=kind["procedure"],
            outcome=kind["step"],
            commune_id=kind["client__commune"],
            document_class=kind["client__residence_document__tariff_class"] or "",
        )
        MonthlyCount.objects.filter(pk=row.pk).update(
            cases=F("cases") + kind["count"], visits=F("visits") + kind["visited"]
        )
