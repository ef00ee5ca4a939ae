"""Why an action is refused: each is a sentence for the person, saying what to do."""

from django.utils.translation import gettext as _

from cases.needs import Rule


class NotDone(Exception):
    """An action that was refused; its text is a sentence for the person, saying what to do."""


class CaseMoved(NotDone):
    """Somebody else changed the case since it was shown."""

    def __init__(self) -> None:
        super().__init__(_("A colleague changed this case in the meantime. Look at it as it is now, then try again."))


class NotInTheWorkflow(NotDone):
    """The table knows no such move from this step."""


class Blocked(NotDone):
    """A rule of the table stops the move; `rules` says which and what lifts them."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        super().__init__(" ".join(f"{rule.stops} {rule.lifted_by}" for rule in rules))


class BadDay(NotDone):
    """A day on which this cannot have happened."""


class MissingFact(NotDone):
    """A move was asked without a fact that it must record."""


class NoOfferToday(NotDone):
    """The office offers this person nothing on that day."""


class NothingToUndo(NotDone):
    """Only the opening is left."""


class AlreadyCorrected(NotDone):
    """A visit is corrected once; the correction can be corrected in its turn."""

    def __init__(self) -> None:
        super().__init__(_("A colleague corrected this visit in the meantime: look at the corrected one."))


class SentBySomebodyElse(NotDone):
    """The key of a form is the key of a visit that somebody else has logged."""

    def __init__(self) -> None:
        super().__init__(_("This form was sent already: open a new one."))


class NothingToKeep(NotDone):
    """The announced price is still the price of its tariff."""


class NothingToRecall(NotDone):
    """No recall is waiting."""


class NoDeadline(NotDone):
    """No deadline is running that could be changed."""
