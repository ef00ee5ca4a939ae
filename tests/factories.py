"""Everything a test needs in one place. Days are written out, and a case moves only as the office moves it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from cases import actions
from cases.facts import Value
from cases.models import Case, Client
from cases.workflow import WORKFLOWS
from communes.models import Commune, Office, ResidenceDocument
from config.staff.models import Team, User
from config.staff.roles import Role

MONDAY = date(2026, 3, 2)
PASSWORD = "a long demo passphrase"


def noon(day: date) -> datetime:
    """Midday in Brussels, winter or summer: the same day in every European time zone."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


class TeamFactory(DjangoModelFactory[Team]):
    name = factory.Sequence(lambda n: f"Permanence {n}")

    class Meta:
        model = Team


class UserFactory(DjangoModelFactory[User]):
    email = factory.Sequence(lambda n: f"member{n}@example.org")
    name = factory.Sequence(lambda n: f"Member {n}")
    role = Role.ADVISER
    team = factory.SubFactory(TeamFactory)

    class Meta:
        model = User

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)


class ClientFactory(DjangoModelFactory[Client]):
    reference = factory.Sequence(lambda n: f"U-2026-{n:04d}")
    given_name = "Yıldız"
    family_name = "Özdemir"
    phone = email = ""
    search_key = factory.LazyAttribute(
        lambda o: Client(
            reference=o.reference, given_name=o.given_name, family_name=o.family_name, phone=o.phone, email=o.email
        ).key()
    )
    birth_year = 1987
    team = factory.SubFactory(TeamFactory)
    opened_on = MONDAY

    class Meta:
        model = Client


def commune(slug: str) -> Commune:
    return Commune.objects.get(slug=slug)


def office(code: str) -> Office:
    return Office.objects.get(code=code)


def document(code: str) -> ResidenceDocument:
    return ResidenceDocument.objects.get(code=code)


def a_client(*, team: Team, lives_in: str = "watermael-boitsfort", **fields: Any) -> Client:
    """A client of a team who lives in a commune, known by its slug («» for nowhere)."""
    return ClientFactory(team=team, commune=commune(lives_in) if lives_in else None, **fields)


def a_case(
    *,
    by: User,
    procedure: str = "digital_key",
    reason: str = "first",
    on: date = MONDAY,
    client: Client | None = None,
    **fields: Any,
) -> Case:
    """A case as it is just opened, of a client of the adviser's team."""
    assert by.team is not None
    return actions.open_case(
        client=client or a_client(team=by.team),
        procedure=procedure,
        reason=reason,
        by=by,
        on=on,
        at=noon(on),
        **fields,
    )


def moved(case: Case, *names: str, by: User, on: date | None = None, **facts: Value) -> Case:
    """The case after these moves, a day apart, the first on `on`; `facts` go to the moves that ask for them."""
    day = on or case.opened_on
    for name in names:
        if name == "choose_office":
            actions.choose_office(case, office("uccle"), by=by, on=day, at=noon(day))
        else:
            asked = {fact.name for fact in WORKFLOWS[case.procedure].transition(name).asks}
            given: Mapping[str, Value] = {key: value for key, value in facts.items() if key in asked}
            actions.move(case, name, by=by, on=day, at=noon(day), facts=given)
        day += timedelta(days=1)
    return case


def noted(case: Case, *, by: User, on: date | None = None, **facts: Value) -> Case:
    """The case with facts noted that change no step."""
    day = on or case.opened_on
    actions.note_facts(case, by=by, on=day, at=noon(day), facts=facts)
    return case
