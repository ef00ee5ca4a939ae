"""The tables that people bring in: read as they were written, and no file does harm, whoever made it."""

import io
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from config.tables import UnreadableTableError, read_table, reading, worker
from config.tables.reading import REFUSALS, WORKER, refusal
from tests.config.hostile_files import BOOK, HOSTILE, Hostile, row, said, xlsx
from tests.conftest import FULL_SIZE

SENTENCE = {"line": 1, "column": 1, "most": 200}
CORPUS = HOSTILE if FULL_SIZE else HOSTILE[::3]


def read(data: bytes, *, most_lines: int = 5000) -> list[list[str]]:
    return read_table(data, most_lines=most_lines).lines


def refused(data: bytes, *, most_lines: int = 5000) -> str | None:
    try:
        read_table(data, most_lines=most_lines)
    except UnreadableTableError as error:
        return str(error)
    return None


def without_numbers(sentence: str | None) -> str | None:
    return re.sub(r"\d+", "…", sentence) if sentence else None


def used() -> float:
    so_far = resource.getrusage(resource.RUSAGE_CHILDREN)
    return so_far.ru_utime + so_far.ru_stime


def test_the_corpus_holds_more_than_120_files_and_every_refusal() -> None:
    assert len(HOSTILE) >= 120
    assert len({hostile.name for hostile in HOSTILE}) == len(HOSTILE)
    assert {hostile.refused for hostile in HOSTILE} - {None} == set(REFUSALS)


@pytest.mark.sized
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_in_words_or_read_as_texts(hostile: Hostile) -> None:
    data, before = hostile.data(), used()

    sentence = refused(data)

    expected = refusal({"refused": hostile.refused, **SENTENCE}) if hostile.refused else None
    assert without_numbers(sentence) == without_numbers(expected)
    assert used() - before <= 5


def test_what_is_read_of_a_hostile_file_is_texts_and_nothing_else() -> None:
    for hostile in HOSTILE:
        if hostile.refused is None and hostile.name.startswith("a cell"):
            assert all(isinstance(cell, str) for line in read(hostile.data()) for cell in line), hostile.name


LIMITED = "import sys; sys.path.insert(0, sys.argv[1]); import worker; worker.limits(); "


@pytest.mark.parametrize(
    ("work", "ends"),
    [
        ("bytearray(300 * 1024 * 1024)", "MemoryError"),
        ("open('/tmp/sesame-worker', 'w').write('x' * 10)", "File too large"),
        ("bytearray(50 * 1024 * 1024); print('there is room for work')", ""),
    ],
)
def test_the_workshop_has_little_memory_and_writes_no_file(work: str, ends: str) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LIMITED + work, str(WORKER.parent)],
        capture_output=True,
        env={},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"") if not ends else ends in done.stderr.decode()


def test_control_without_its_limits_the_workshop_would_take_what_it_likes() -> None:
    work = "bytearray(300 * 1024 * 1024); open(sys.argv[2], 'w').write('x' * 10)"
    with tempfile.NamedTemporaryFile() as file:
        plain = [sys.executable, "-I", "-S", "-c", LIMITED.replace("worker.limits(); ", "") + work]
        done = subprocess.run([*plain, str(WORKER.parent), file.name], capture_output=True, env={}, check=False)

        assert (done.returncode, done.stderr, file.read()) == (0, b"", b"x" * 10)


def test_the_limits_are_those_that_were_promised() -> None:
    """5 seconds of work, 256 MB of memory."""
    assert (worker.MEMORY <= 256 * 1024 * 1024, worker.CPU_SECONDS <= 5) == (True, True)


def test_the_workshop_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    endless = tmp_path / "worker.py"
    endless.write_text(WORKER.read_text().replace("answered = answer(", "while True: pass\n    answered = answer("))
    monkeypatch.setattr(reading, "WORKER", endless)
    before = used()

    sentence = refused(b"a;b\n1;2")

    assert sentence == "This file takes too long or too much memory to read: import it in parts."
    assert 3 < used() - before <= 5


def test_the_workshop_knows_no_key_and_no_database(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    telling = tmp_path / "worker.py"
    telling.write_text("import json, os\nprint(json.dumps({'lines': [[k] for k in os.environ if 'LC' not in k]}))")
    monkeypatch.setattr(reading, "WORKER", telling)
    monkeypatch.setenv("SECRET_KEY", "hidden")

    assert read(b"a;b\n1;2") == []


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp850", "mac_roman"],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_csv_file_of_any_program_is_read(encoding: str, delimiter: str) -> None:
    lines = [
        ["Prénom", "Nom", "Remarque"],
        ["Renée", "Müller, née Noël; dite «Zoé»|", 'a dit: "été"'],
        ["Benoît", "Façon"],
    ]
    text = "\r\n".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' if set(cell) & set(';,|"') else cell for cell in line)
        for line in lines
    ).replace("«", "<").replace("»", ">")  # fmt: skip

    expected = [[cell.replace("«", "<").replace("»", ">") for cell in line] for line in lines]
    assert read(text.encode(encoding)) == expected


def test_letters_of_every_alphabet_come_in_as_they_are() -> None:
    names = ["Yıldız", "Łukasz", "Ștefan", "Олена", "محمد", "ትግርኛ", "Nguyễn", "李", "👩‍👩‍👧"]

    assert read(("a\n" + "\n".join(names)).encode()) == [["a"], *([name] for name in names)]
    assert read(xlsx("".join(row(said(name), number=n) for n, name in enumerate(names, 1)))) == [[n] for n in names]


def test_the_line_for_excel_alone_is_not_counted() -> None:
    assert read(b"sep=,\r\na;x,b\r\n1,2") == [["a;x", "b"], ["1", "2"]]


def test_an_empty_line_keeps_its_place_and_empty_ends_are_cut() -> None:
    assert read(b"a;b;;\n\n;;\n1;2;;\n;;;\n") == [["a", "b"], [], [], ["1", "2"]]


def test_a_workbook_is_read_as_its_cells_are_shown() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Clients"
    book.create_sheet("Notes").append(["left alone"])
    for cells in [
        ["Name", None, "Year"],
        ["Özdemir", date(2026, 3, 2), 1987],
        [12.5, datetime(2026, 3, 2, 14, 30), True],  # noqa: DTZ001
        [0.1 + 0.2, 32_470_123_456, False],
        ["=1+1", "007", "'t Kint"],
        ["a\nb", " c ", "_x005F_"],
    ]:
        sheet.append(cells)
    sheet["A5"].data_type = "s"
    stream = io.BytesIO()
    book.save(stream)

    found = read_table(stream.getvalue(), most_lines=10)

    assert (found.sheet, found.sheets) == ("Clients", 2)
    assert found.lines == [
        ["Name", "", "Year"],
        ["Özdemir", "2026-03-02", "1987"],
        ["12.5", "2026-03-02 14:30", "true"],
        ["0.3", "32470123456", "false"],
        ["=1+1", "007", "'t Kint"],
        ["a\nb", " c ", "_"],
    ]


@pytest.mark.parametrize(
    ("code", "serial", "shown"),
    [
        ("dd/mm/yyyy", 46083, "2026-03-02"),
        ('[$-80C]dddd d mmmm yyyy;@', 46083, "2026-03-02"),
        ("d-mmm", 46083.604166666664, "2026-03-02 14:30"),
        ("mmm yy", 46083, "2026-03-02"),
        ("hh:mm", 0.604166666666667, "14:30"),
        ("[h]:mm", 0.5, "12:00"),
        ("d/m/yy", 59, "1900-02-28"),
        ("d/m/yy", 61, "1900-03-01"),
        ('0" jours"', 46083, "46083"),
        ("#,##0.00 [$€-80C]", 12.5, "12.5"),
        ("General", 46083, "46083"),
        ("0.00E+00", 46083, "46083"),
        ("[Red]0", 12, "12"),
    ],
)  # fmt: skip
def test_a_day_is_known_by_its_format(code: str, serial: float, shown: str) -> None:
    quoted = code.replace('"', "&quot;")
    styles = (
        f'<styleSheet><numFmts><numFmt numFmtId="170" formatCode="{quoted}"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
        "</styleSheet>"
    )

    assert read(xlsx(row(f'<c r="A1" s="1"><v>{serial}</v></c>'), styles=styles)) == [[shown]]


def test_the_day_of_an_old_mac_is_counted_from_1904() -> None:
    styles = '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    book = BOOK.format("").replace("<sheets>", '<workbookPr date1904="1"/><sheets>')

    assert read(xlsx(row('<c r="A1" s="0"><v>44621</v></c>'), styles=styles, book=book)) == [["2026-03-02"]]


def test_a_text_in_pieces_is_one_text_without_its_reading_aid() -> None:
    strings = "<sst><si><r><t>Öz</t></r><r><t>demir</t></r><rPh><t>oz</t></rPh></si></sst>"

    assert read(xlsx(row('<c r="A1" t="s"><v>0</v></c>'), strings=strings)) == [["Özdemir"]]


def test_as_many_lines_as_agreed_are_read_and_no_more() -> None:
    assert len(read(b"a\n" + b"1\n" * 10, most_lines=10)) == 11
    assert refused(b"a\n" + b"1\n" * 11, most_lines=10) == "The file has more than 10 lines: import it in parts."


def test_control_without_the_look_at_the_directory_a_bomb_is_unpacked() -> None:
    """Python's own zipfile opens what we refuse."""
    bomb = next(hostile for hostile in HOSTILE if hostile.name == "a zip bomb beside the sheet").data()

    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert sum(len(archive.read(entry)) for entry in archive.infolist()) > 40 * len(bomb)
