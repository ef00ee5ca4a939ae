from django.urls import path

from cases.views import clients, visits
from cases.views.exports import export
from cases.views.today import today

app_name = "cases"
urlpatterns = [
    path("cases/export.csv", export, name="export"),
    path("", today, name="today"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.new_client, name="new_client"),
    path("clients/new/similar/", clients.similar_clients, name="similar_clients"),
    path("clients/new/communes/", clients.communes_of_postal_code, name="communes_of_postal_code"),
    path("clients/<str:reference>/", clients.client, name="client"),
    path("clients/<str:reference>/edit/", clients.edit_client, name="edit_client"),
    path("visits/", visits.visits, name="visits"),
    path("visits/new/", visits.new_visit, name="new_visit"),
    path("visits/<uuid:key>/", visits.correct_visit, name="correct_visit"),
]
