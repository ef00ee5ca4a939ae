"""What a person reads when a text is refused: where, what, and what to write instead. Never the value itself."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.clean_text.findings import Finding, Kind, place, scan
from config.clean_text.tidying import is_bearable

MOST_MESSAGES = 5

WHAT_TO_DO = {
    Kind.NATIONAL_NUMBER: _(
        "At «%(place)s» stands a national register number. The law forbids us to keep it: take it out. "
        "You may write that the client has shown it, and on which day."
    ),
    Kind.CODE: _(
        "At «%(place)s» stands a code that only the client may hold: take it out. "
        "Write that the client holds it, and since which day."
    ),
    Kind.PASSWORD: _(
        "At «%(place)s» stands a password, which only the client may know: take it out. "
        "Write that the client knows it, and since which day."
    ),
    Kind.LINK: _(
        "At «%(place)s» stands a link that opens the client's account for whoever has it: take it out. "
        "Write that the client received it, and on which day."
    ),
}
PERHAPS = {
    Kind.NATIONAL_NUMBER: _(
        "At «%(place)s» stands what may be a national register number. Take it out if it is one; "
        "write a telephone number as 0470 12 34 56."
    ),
    Kind.CODE: _(
        "At «%(place)s» stands what may be a code that only the client may hold. Take it out if it is one, "
        "or say in words what the number is."
    ),
    Kind.PASSWORD: _(
        "At «%(place)s» stands what may be a password. Take it out if it is one, or write it in a whole sentence."
    ),
}
STORED = {
    Kind.NATIONAL_NUMBER: _("A national register number is not stored."),
    Kind.CODE: _("A code that only the client may hold is not stored."),
    Kind.PASSWORD: _("A password is not stored."),
    Kind.LINK: _("A link that opens the client's account is not stored."),
}
UNBEARABLE = _("This text has an invisible control character: type it again.")
TOO_LONG = _("This text has %(length)d characters; there is room for %(limit)d. Shorten it.")


def refuse_unbearable(text: str) -> None:
    if not is_bearable(text):
        raise ValidationError(UNBEARABLE, code="control")


def refuse_over_long(text: str, *, limit: int | None) -> None:
    if limit is not None and len(text) > limit:
        raise ValidationError(TOO_LONG, code="max_length", params={"length": len(text), "limit": limit})


def refuse_secrets(text: str) -> None:
    """Raise for every certain finding. What is doubtful is asked in forms only, where somebody can answer."""
    findings = scan(text)
    raise_if([refusal(text, finding, findings) for finding in findings if not finding.doubtful])


def refuse_secrets_and_doubts(text: str) -> None:
    findings = scan(text)
    raise_if([refusal(text, finding, findings) for finding in findings])


def refusal(text: str, finding: Finding, findings: list[Finding]) -> ValidationError:
    wording = (PERHAPS if finding.doubtful else WHAT_TO_DO)[finding.kind]
    code = "doubtful" if finding.doubtful else finding.kind.value
    return ValidationError(wording, code=code, params={"place": place(text, finding, findings)})


def raise_if(refusals: list[ValidationError]) -> None:
    if refusals:
        raise ValidationError(refusals[:MOST_MESSAGES])


def refuse_to_store(text: str, *, limit: int | None) -> None:
    """The last door, before the database. Its message may reach a log: it repeats nothing of the text."""
    refuse_over_long(text, limit=limit)
    refuse_unbearable(text)
    for finding in scan(text):
        if not finding.doubtful:
            raise ValidationError(STORED[finding.kind], code=finding.kind.value)
