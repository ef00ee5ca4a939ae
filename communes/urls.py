from django.urls import path

from communes import views

app_name = "communes"
urlpatterns = [
    path("where/", views.where, name="where"),
    path("where/leaflet/", views.leaflet_page, name="leaflet"),
    path("tariffs/", views.tariffs, name="tariffs"),
]
