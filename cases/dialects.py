"""How a value is written in a cell of a CSV file, as expressions that the database itself evaluates.

PostgreSQL's COPY quotes cells, and writes dates in the order of `datestyle`; SQLite has no such thing, so there each
cell is written out whole. Either way the bytes are those of Python's `csv.writer` in the same dialect.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, IntegerField, QuerySet, Subquery, TextField
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from config.safe_cell import DIGITS, FORMULA_CODE_POINTS, LOOKED_THROUGH, safe_cell, safe_cell_in_sql

# The code points with which a text must begin for the guard to look at it at all.
STARTS = ", ".join(str(n) for n in (*FORMULA_CODE_POINTS, *DIGITS, *map(ord, LOOKED_THROUGH)))

type Sql = tuple[str, tuple[Any, ...]]
type Operand = str | Combinable


@dataclass(frozen=True)
class Dialect:
    """One way of writing CSV. `datestyle` is PostgreSQL's name for the order of a date."""

    name: str
    delimiter: str
    decimal: str
    datestyle: str
    line_end: str
    opening: bytes = b""

    def line(self, cells: Iterable[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.line_end).writerow(cells)
        return out.getvalue()

    def text(self, text: str) -> str:
        """One text as the cell it becomes: guarded, and quoted if it needs it."""
        cell = safe_cell(text)
        return '"' + cell.replace('"', '""') + '"' if set(cell) & {self.delimiter, '"', "\n", "\r"} else cell


# What a Belgian Excel opens with a double click; and what other programs read.
EXCEL = Dialect("excel", ";", ",", "SQL, DMY", "\r\n", b"\xef\xbb\xbf")
PLAIN = Dialect("plain", ",", ".", "ISO, DMY", "\n")
DIALECTS = {dialect.name: dialect for dialect in (EXCEL, PLAIN)}


class Labels(Func):
    """The label of a code, in the active language; NULL for a code without one."""

    arity = 1
    output_field = TextField()

    def __init__(self, code: Operand, texts: Mapping[Any, object]) -> None:
        super().__init__(code)
        self.texts = {str(code): str(text) for code, text in texts.items()}

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:  # type: ignore[override]
        return self._sql(compiler, str)

    def _sql(self, compiler: SQLCompiler, write: Callable[[str], str]) -> Sql:
        value, params = compiler.compile(self.get_source_expressions()[0])
        pairs = [(code, write(text)) for code, text in self.texts.items()]
        return f"CASE {value}{' WHEN %s THEN %s' * len(pairs)} END", (*params, *(p for pair in pairs for p in pair))


class LabelCell(Labels):
    """Labels are known before the query: they are guarded and quoted here, once, and not for every row."""

    def __init__(self, labels: Labels, dialect: Dialect) -> None:
        super().__init__(labels.get_source_expressions()[0], labels.texts)
        self.dialect = dialect

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:  # type: ignore[override]
        return self._sql(compiler, safe_cell)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self._sql(compiler, self.dialect.text)


class TextCell(Func):
    """A text that somebody typed."""

    arity = 2
    output_field = TextField()

    def __init__(self, text: Operand, dialect: Dialect) -> None:
        expression = F(text) if isinstance(text, str) else text
        super().__init__(expression, safe_cell_in_sql(expression))
        self.dialect = dialect

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:  # type: ignore[override]
        """One cheap look tells whether a text is plain. COPY would write "" for an empty text: here empty is empty."""
        (text, p), (guarded, q) = (compiler.compile(e) for e in self.get_source_expressions())
        return f"CASE WHEN ASCII({text}) IN (0, {STARTS}) THEN NULLIF({guarded}, '') ELSE {text} END", (*p, *q, *p)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """The same cheap look, and one for what needs quotes."""
        (text, p), (guarded, q) = (compiler.compile(e) for e in self.get_source_expressions())
        special = f'*[{self.dialect.delimiter}"\n\r]*'
        sql = (
            f"CASE WHEN {text} GLOB %s THEN '\"' || REPLACE({guarded}, '\"', '\"\"') || '\"' "
            f"WHEN UNICODE({text}) IN ({STARTS}) THEN {guarded} ELSE {text} END"
        )
        return sql, (*p, special, *q, *p, *q, *p)


class AmountCell(Func):
    """An amount with two decimals; nothing when there is none."""

    arity = 1
    output_field = TextField()

    def __init__(self, amount: Operand, dialect: Dialect) -> None:
        super().__init__(amount)
        self.dialect = dialect

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:  # type: ignore[override]
        amount, params = compiler.compile(self.get_source_expressions()[0])
        return f"REPLACE(({amount})::text, '.', '{self.dialect.decimal}')", tuple(params)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        amount, params = compiler.compile(self.get_source_expressions()[0])
        written = f"REPLACE(PRINTF('%%.2f', {amount}), '.', '{self.dialect.decimal}')"
        return f"CASE WHEN {amount} IS NOT NULL THEN {written} END", (*params, *params)


class DayCell(Func):
    """A day in the order of the dialect; nothing when there is none."""

    arity = 1
    output_field = TextField()

    def __init__(self, day: Operand, dialect: Dialect) -> None:
        super().__init__(day)
        self.dialect = dialect

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:  # type: ignore[override]
        day, params = compiler.compile(self.get_source_expressions()[0])
        return day, tuple(params)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        day, params = compiler.compile(self.get_source_expressions()[0])
        if self.dialect is PLAIN:
            return day, tuple(params)
        parts = (f"SUBSTR({day}, {start}, {length})" for start, length in ((9, 2), (6, 2), (1, 4)))
        return " || '/' || ".join(parts), tuple(params) * 3


class DaysBetween(Func):
    """Whole days from one day to another."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def __init__(self, first: Operand, last: Operand) -> None:
        super().__init__(last, first)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        (last, p), (first, q) = (compiler.compile(e) for e in self.get_source_expressions())
        return f"CAST(JULIANDAY({last}) - JULIANDAY({first}) AS INTEGER)", (*p, *q)


class Listed(Subquery):
    """The texts of other rows as one text, in their order; NULL without any. The rows select one column, «text»."""

    def __init__(self, rows: QuerySet[Any, Any], *, separator: str = ", ") -> None:
        super().__init__(rows, output_field=TextField())
        self.template = f"(SELECT STRING_AGG(text, '{separator}') FROM (%(subquery)s) AS listed)"  # noqa: S608

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        template = self.template.replace("STRING_AGG", "GROUP_CONCAT")
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, tuple(params)


class Cells(Func):
    """Several cells from one look at other rows: a list of texts on PostgreSQL, a piece of the line on SQLite."""

    output_field = TextField()

    def __init__(self, cells: Iterable[Combinable], dialect: Dialect) -> None:
        super().__init__(*cells)
        self.dialect = dialect

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:  # type: ignore[override]
        cells = [compiler.compile(e) for e in self.get_source_expressions()]
        return f"ARRAY[{', '.join(f'({sql})::text' for sql, _ in cells)}]", tuple(p for _, ps in cells for p in ps)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        cells = [compiler.compile(e) for e in self.get_source_expressions()]
        joined = f" || '{self.dialect.delimiter}' || ".join(f"COALESCE({sql}, '')" for sql, _ in cells)
        return joined, tuple(p for _, ps in cells for p in ps)


class Line(Func):
    """The cells of a row as one line of bytes: what SQLite gives instead of COPY."""

    output_field = TextField()

    def __init__(self, cells: Iterable[Combinable], dialect: Dialect) -> None:
        super().__init__(*cells)
        self.dialect = dialect

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """PRINTF writes NULL as nothing; as a BLOB the line arrives without being decoded."""
        cells = [compiler.compile(e) for e in self.get_source_expressions()]
        places = self.dialect.delimiter.join("%s" for _ in cells) + self.dialect.line_end
        sql = f"CAST(PRINTF(%s, {', '.join(sql for sql, _ in cells)}) AS BLOB)"
        return sql, (places, *(p for _, params in cells for p in params))
