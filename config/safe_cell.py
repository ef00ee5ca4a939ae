"""Text in a spreadsheet cell: Excel, LibreOffice and Google run what looks like a formula, and make a number or a
day of what looks like one, so that 0470 loses its zero and 1/2 becomes February. Here no text does.

A text that a spreadsheet would read so gets one apostrophe in front, which spreadsheets show as plain text.
`plain_cell` takes exactly that apostrophe away again, so that a file of ours comes back as it was:

    =1+1  →  '=1+1        '=1+1  →  ''=1+1        0470  →  '0470        't Kint  →  't Kint        -  →  '-

Spaces and apostrophes at the start are looked through: importers trim the spaces, and an apostrophe that the text
had itself must not be taken for ours. Quotes are not: the CSV writer quotes, and a quote makes no formula.
"""

import re

from django.db.models import BooleanField, Case, F, Func, IntegerField, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.db.models.lookups import In

# = + - @ tab, line feed, carriage return (OWASP, "CSV injection") and ＝ ＋ － ＠, which Excel reads like = + - @.
FORMULA_CODE_POINTS = (61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312)
FORMULA_STARTS = frozenset(map(chr, FORMULA_CODE_POINTS))

# Apostrophe, and the blanks that importers trim: space, no-break, narrow, ideographic, zero-width, byte order mark.
LOOKED_THROUGH = "' \u00a0\u202f\u3000\u200b\ufeff"

# A digit, and nothing but what a number, a day, an hour or a percentage is written with.
DIGITS = range(ord("0"), ord("9") + 1)
IN_A_NUMBER = "0-9 \u00a0\u202f.,/:%Ee+-"
NUMBER = re.compile(f"[0-9][{IN_A_NUMBER}]*")


def begins_a_formula(text: str) -> bool:
    return text.lstrip(LOOKED_THROUGH)[:1] in FORMULA_STARTS


def reads_as_a_number(text: str) -> bool:
    return NUMBER.fullmatch(text.lstrip(LOOKED_THROUGH)) is not None


def is_misread(text: str) -> bool:
    return begins_a_formula(text) or reads_as_a_number(text)


def safe_cell(text: str) -> str:
    """The text for a cell of a CSV or XLSX file."""
    return f"'{text}" if is_misread(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and is_misread(text) else text


class CodePoint(Func):
    """The number of the first character, of an empty text none (SQLite) or 0 (PostgreSQL)."""

    function = "ASCII"
    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, function="UNICODE", **context)


class IsWrittenLikeANumber(Func):
    """Nothing in the text but what numbers and days are written with."""

    arity = 1
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **context):  # type: ignore[no-untyped-def, override]
        text, params = compiler.compile(self.get_source_expressions()[0])
        return f"{text} !~ %s", (*params, f"[^{IN_A_NUMBER}]")

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        text, params = compiler.compile(self.get_source_expressions()[0])
        return f"{text} NOT GLOB %s", (*params, f"*[^{IN_A_NUMBER}]*")


def safe_cell_in_sql(column: str | Combinable) -> Case:
    """The rule of `safe_cell` as an expression, for exports that the database writes itself. NULL stays NULL."""
    text = F(column) if isinstance(column, str) else column
    bare = Func(text, Value(LOOKED_THROUGH), function="LTRIM", output_field=TextField())
    opening, marked = CodePoint(bare), Concat(Value("'"), text, output_field=TextField())
    return Case(
        When(In(opening, FORMULA_CODE_POINTS), then=marked),
        When(
            In(opening, tuple(DIGITS)),
            then=Case(When(IsWrittenLikeANumber(bare), then=marked), default=text, output_field=TextField()),
        ),
        default=text,
        output_field=TextField(),
    )
