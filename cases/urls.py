from django.urls import path

from cases.views.exports import export
from cases.views.today import today

app_name = "cases"
urlpatterns = [
    path("cases/export.csv", export, name="export"),
    path("", today, name="today"),
]
