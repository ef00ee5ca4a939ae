"""The numbers of cases and files, given once each."""

from django.db import models
from django.db.models import F


class Series(models.Model):
    """The last number given in a year to the references that begin with some letters."""

    letters = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letters", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.letters}-{self.year}-{self.last:04d}"

    @classmethod
    def next_reference(cls, letters: str, *, year: int) -> str:
        """The next reference, such as «CN-2026-0142». Call it inside the transaction that uses the reference."""
        return cls.next_references(letters, year=year, count=1)[0]

    @classmethod
    def next_references(cls, letters: str, *, year: int, count: int) -> list[str]:
        """The next references, in order.

        The update takes the row's lock on PostgreSQL and the database's on SQLite, so no number is given twice.
        """
        cls.objects.get_or_create(letters=letters, year=year)
        cls.objects.filter(letters=letters, year=year).update(last=F("last") + count)
        last = cls.objects.get(letters=letters, year=year).last
        return [str(cls(letters=letters, year=year, last=number)) for number in range(last - count + 1, last + 1)]
