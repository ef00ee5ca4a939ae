from django.urls import path

from cases.views.today import today

app_name = "cases"
urlpatterns = [
    path("", today, name="today"),
]
