from django.http import HttpRequest, HttpResponse

from config.staff.policy import policy


@policy("cases.view_case")
def today(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Sésame")
