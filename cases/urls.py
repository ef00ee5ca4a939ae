"""The addresses of the cases. They speak references, never keys, and nothing that somebody typed."""

from django.urls import path

from cases.views import (
    appointments,
    calendar,
    case_list,
    case_page,
    client_list,
    client_page,
    clients,
    moves,
    opening,
    pairs,
    promises,
    saved_views,
    visit_list,
    visits,
)
from cases.views.exports import export, export_tariffs, export_visits
from cases.views.handouts import handout_page
from cases.views.today import today

app_name = "cases"
urlpatterns = [
    path("", today, name="today"),
    path("clients/", client_list.clients, name="clients"),
    path("clients/new/", clients.new_client, name="new_client"),
    path("clients/new/similar/", clients.similar_clients, name="similar_clients"),
    path("clients/new/communes/", clients.communes_of_postal_code, name="communes_of_postal_code"),
    path("clients/<str:reference>/", client_page.client, name="client"),
    path("clients/<str:reference>/edit/", clients.edit_client, name="edit_client"),
    path("clients/<str:reference>/two-people/", pairs.tell_apart, name="tell_apart"),
    path("clients/<str:reference>/two-people/take-back/", pairs.take_back, name="take_back"),
    path("clients/<str:reference>/merge/", pairs.choose_merge, name="choose_merge"),
    path("clients/<str:reference>/merge/<str:other>/", pairs.merge, name="merge"),
    path("clients/<str:reference>/appointments/new/", appointments.new_appointment, name="new_appointment"),
    path("visits/", visit_list.visits, name="visits"),
    path("visits/export.csv", export_visits, name="export_visits"),
    path("visits/new/", visits.new_visit, name="new_visit"),
    path("visits/<uuid:key>/", visits.correct_visit, name="correct_visit"),
    path("cases/", case_list.case_list, name="cases"),
    path("cases/hand-over/", case_list.hand_over, name="hand_over"),
    path("cases/leave/", case_list.leave, name="leave"),
    path("cases/export.csv", export, name="export"),
    path("cases/new/", opening.new_case, name="new_case"),
    path("cases/<str:reference>/", case_page.case_page, name="case"),
    path("cases/<str:reference>/handout/", handout_page, name="handout"),
    path("cases/<str:reference>/moves/<str:name>/", moves.move, name="move"),
    path("cases/<str:reference>/office/", promises.office, name="office"),
    path("cases/<str:reference>/price/again/", promises.quote_again, name="quote_again"),
    path("cases/<str:reference>/price/keep/", promises.keep_promise, name="keep_promise"),
    path("cases/<str:reference>/deadline/", promises.reschedule, name="reschedule"),
    path("cases/<str:reference>/facts/", moves.facts, name="facts"),
    path("cases/<str:reference>/triage/", moves.triage, name="triage"),
    path("cases/<str:reference>/notes/", moves.note, name="note"),
    path("cases/<str:reference>/recall/", moves.recall, name="recall"),
    path("cases/<str:reference>/undo/", moves.undo, name="undo"),
    path("cases/<str:reference>/assign/", moves.assign, name="assign"),
    path("tariffs/export.csv", export_tariffs, name="export_tariffs"),
    path("tariffs/reports/", promises.price_reports, name="price_reports"),
    path("views/", saved_views.save_view, name="save_view"),
    path("views/<int:pk>/", saved_views.change_view, name="change_view"),
    path("calendar/", calendar.calendar_link, name="calendar"),
    path("calendar/<str:secret>.ics", calendar.calendar_file, name="calendar_file"),
    path("appointments/<int:pk>/cancel/", appointments.cancel_appointment, name="cancel_appointment"),
]
