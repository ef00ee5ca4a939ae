"""Some of the made-up people live together: relatives of a few, who come along to a visit now and then."""

from cases import actions, files, households
from cases.demo.desk import Clock, Desk
from cases.demo.people import TONGUES
from cases.models import Case, Client
from cases.models.visit import Channel, Result
from cases.workflow import Procedure, Reason
from config.staff.models import User

HOMES = 9
MANY = (1, 1, 2, 2, 3)  # how many live with them


def homes(desk: Desk) -> None:
    """The people of some open cases get a table to share; the adviser of the demonstration meets one of them."""
    # Not those of whom nobody heard for long: they stay quiet.
    in_view = Case.objects.open().exclude(assignee=None).exclude(due_on=None)
    people = in_view.select_related("client__team", "client__commune", "client__residence_document", "assignee")
    with_relatives = [case for case in people.order_by("pk") if relatives_of(case.client)]
    mine = [case for case in with_relatives if case.assignee == desk.host][:2]
    others = [case for case in with_relatives if case.assignee != desk.host]
    settled: set[int] = set()
    for case in [*mine, *others[:: max(len(others) // HOMES, 1)]][:HOMES]:
        if case.client_id not in settled and case.assignee is not None:
            settled.add(case.client_id)
            settle(desk, case, by=case.assignee)


def settle(desk: Desk, case: Case, *, by: User) -> None:
    """Relatives get files of their own, one of them a case, and come along to a visit."""
    client, on = case.client, max(case.opened_on, desk.working_day(9))
    clock = Clock(desk)
    clock.start(on)
    given = relatives_of(client)
    desk.chance.shuffle(given)
    relatives = [relative(desk, client, name) for name in given[: desk.one_of(MANY)]]
    for other in relatives:
        households.join(client, other, by=by, on=on)
    actions.open_case(
        client=relatives[0], procedure=Procedure.DIGITAL_KEY, reason=Reason.FIRST, by=by, on=on, at=clock.tick(),
        assignee=by,
    )  # fmt: skip
    actions.log_visit(
        key=desk.key(), by=by, team=case.team, on=on, at=clock.tick(), client=client, companions=relatives,
        channel=Channel.COUNTER, minutes=desk.one_of([30, 40, 45]), topic=case.procedure,
        language=client.contact_language, result=Result.INFORMED,
    )  # fmt: skip


def relative(desk: Desk, client: Client, given_name: str) -> Client:
    """Somebody of the same name, at the same address, reached by the same telephone."""
    return files.open_client(
        team=client.team,
        on=max(client.opened_on, desk.working_day(9)),
        given_name=given_name,
        family_name=client.family_name,
        birth_year=desk.chance.randint(1950, 2010),
        contact_language=client.contact_language,
        commune=client.commune,
        residence_document=client.residence_document,
        phone=client.phone,
        leave_no_message=client.leave_no_message,
        notice_given_on=desk.working_day(9),
    )


def relatives_of(client: Client) -> list[str]:
    """The given names that go with a family name; empty for who carries a single name."""
    for tongue in TONGUES:
        if client.given_name in tongue.given and client.family_name in tongue.family:
            return [name for name in tongue.given if name and name != client.given_name]
    return []
