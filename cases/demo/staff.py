"""Who works in the made-up office. Everybody logs in with the demonstration password."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from config.staff.models import Team, User
from config.staff.roles import Role

NORD, SUD, CANAL = "Permanence Nord", "Permanence Sud", "Permanence Canal"
HOST = "adviser@example.org"  # whom everybody logs in as first
TEAMS = {NORD: 38, SUD: 36, CANAL: 26}  # and how much of the work each has


@dataclass(frozen=True)
class Member:
    email: str
    name: str
    role: Role = Role.ADVISER
    team: str = ""
    language: str = "fr"


STAFF = (
    Member(HOST, "Camille Delfossière", team=NORD),
    Member("coordinator@example.org", "Hildegonde Verstraelen", Role.COORDINATOR, team=NORD),
    Member("tariffs@example.org", "Baptiste Wauthozier", Role.TARIFF_EDITOR),
    Member("privacy@example.org", "Solange Mutebalère", Role.PRIVACY_OFFICER),
    Member("admin@example.org", "Jonas Aertgeertsen", Role.ADMINISTRATOR),
    Member("lotte@example.org", "Lotte Brakelmans", team=NORD, language="nl"),
    Member("rachid@example.org", "Rachid Oulmazène", team=SUD),
    Member("wout@example.org", "Wout Scherpenzele", team=SUD, language="nl"),
    Member("grace@example.org", "Grace Abiolawe", team=CANAL, language="en"),
    Member("elodie@example.org", "Élodie Trixhenne", team=CANAL),
)
ADDRESSES = frozenset(member.email for member in STAFF)


def hire(*, password: str) -> list[User]:
    """The teams and the staff, in the order of the table; who is already there stays as they are.

    They share the password, so that its slow hash is reckoned once.
    """
    teams = {name: Team.objects.get_or_create(name=name)[0] for name in TEAMS}
    hashed = make_password(password)
    there = {user.email: user for user in User.objects.filter(email__in=ADDRESSES)}
    return [
        there.get(member.email)
        or User.objects.create(
            email=member.email,
            password=hashed,
            name=member.name,
            role=member.role,
            team=teams[member.team] if member.team else None,
            language=member.language,
        )
        for member in STAFF
    ]
