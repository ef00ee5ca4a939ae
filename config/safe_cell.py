"""Text in a spreadsheet cell: Excel, LibreOffice and Google run what looks like a formula. Here nothing does.

A text that a spreadsheet would read as a formula gets one apostrophe in front, which spreadsheets show as plain text.
`plain_cell` takes exactly that apostrophe away again, so that a file of ours comes back as it was:

    =1+1  →  '=1+1        '=1+1  →  ''=1+1        't Kint  →  't Kint        -  →  '-

Spaces and apostrophes at the start are looked through: importers trim the spaces, and an apostrophe that the text
had itself must not be taken for ours. Quotes are not: the CSV writer quotes, and a quote makes no formula.
"""

from django.db.models import Case, F, Func, IntegerField, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.db.models.lookups import In

# = + - @ tab, line feed, carriage return (OWASP, "CSV injection") and ＝ ＋ － ＠, which Excel reads like = + - @.
FORMULA_CODE_POINTS = (61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312)
FORMULA_STARTS = frozenset(map(chr, FORMULA_CODE_POINTS))

# Apostrophe, and the blanks that importers trim: space, no-break, narrow, ideographic, zero-width, byte order mark.
LOOKED_THROUGH = "' \u00a0\u202f\u3000\u200b\ufeff"


def begins_a_formula(text: str) -> bool:
    return text.lstrip(LOOKED_THROUGH)[:1] in FORMULA_STARTS


def safe_cell(text: str) -> str:
    """The text for a cell of a CSV or XLSX file."""
    return f"'{text}" if begins_a_formula(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and begins_a_formula(text) else text


class CodePoint(Func):
    """The number of the first character, of an empty text none (SQLite) or 0 (PostgreSQL)."""

    function = "ASCII"
    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, function="UNICODE", **context)


def safe_cell_in_sql(column: str | Combinable) -> Case:
    """The rule of `safe_cell` as an expression, for exports that the database writes itself. NULL stays NULL."""
    text = F(column) if isinstance(column, str) else column
    opening = CodePoint(Func(text, Value(LOOKED_THROUGH), function="LTRIM", output_field=TextField()))
    return Case(
        When(In(opening, FORMULA_CODE_POINTS), then=Concat(Value("'"), text, output_field=TextField())),
        default=text,
        output_field=TextField(),
    )
