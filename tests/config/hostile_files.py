"""Files that mean harm, or that a broken program left: each a name, what stands in it, and why it is refused.

None for the reason: the file is odd but can be read, and nothing more than texts comes out.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MEGABYTE = 1024 * 1024
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="A" sheetId="1" r:id="r1"{{}}/></sheets>'
    "</workbook>"
)


@dataclass(frozen=True)
class Hostile:
    name: str
    data: Callable[[], bytes]
    refused: str | None


def xlsx(
    sheet: str | bytes = "",
    *,
    strings: str = "",
    styles: str = "",
    book: str | None = None,
    relations: str | None = None,
    extra: dict[str, bytes] | None = None,
    without: tuple[str, ...] = (),
    how: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A workbook from the raw text of its parts; `sheet` is what stands between the ends of sheetData."""
    if isinstance(sheet, str):
        sheet = sheet.encode()
    whole = b'<worksheet xmlns="' + MAIN.encode() + b'"><sheetData>' + sheet + b"</sheetData></worksheet>"
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": (book or BOOK.format("")).encode(),
        "xl/_rels/workbook.xml.rels": (
            relations or '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": sheet if sheet.startswith(b"<?") else whole,
        **({"xl/sharedStrings.xml": strings.encode()} if strings else {}),
        **({"xl/styles.xml": styles.encode()} if styles else {}),
        **(extra or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, part in parts.items():
            if name not in without:
                archive.writestr(name, part)
    return stream.getvalue()


def row(*cells: str, number: int = 1) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def said(text: str, at: str = "A1") -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def whole_part(xml: str) -> bytes:
    return ("<?xml version='1.0'?>" + xml).encode()


def lying(data: bytes, *, size: int) -> bytes:
    """The same zip, whose directory says another unpacked size for each part."""
    out = bytearray(data)
    at = 0
    while (at := out.find(b"PK\x01\x02", at)) >= 0:
        out[at + 24 : at + 28] = struct.pack("<I", size)
        at += 4
    at = 0
    while (at := out.find(b"PK\x03\x04", at)) >= 0:
        out[at + 22 : at + 26] = struct.pack("<I", size)
        at += 4
    return bytes(out)


def flagged(data: bytes, *, flag: int) -> bytes:
    out = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = 0
        while (at := out.find(mark, at)) >= 0:
            out[at + offset] |= flag
            at += 4
    return bytes(out)


def packed(data: bytes, *, method: int) -> bytes:
    out = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = 0
        while (at := out.find(mark, at)) >= 0:
            out[at + offset : at + offset + 2] = struct.pack("<H", method)
            at += 4
    return bytes(out)


def many_parts(count: int) -> bytes:
    return xlsx(row(said("a")), extra={f"xl/media/{n}.bin": b"" for n in range(count)})


def twice() -> bytes:
    stream = io.BytesIO(xlsx(row(said("a"))))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/WORKBOOK.XML", b"<workbook/>")
    return stream.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))  # ten to the ninth: a billion laughs
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
NETWORK = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'
PARAMETER = '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x"> %a;]>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
STYLES = "<styleSheet><cellXfs>{}</cellXfs></styleSheet>"
STRINGS = f'<sst xmlns="{MAIN}">{{}}</sst>'


def bombs() -> Iterator[Hostile]:
    for name, doctype in (
        ("a billion laughs", BOMB),
        ("a quadratic blow-up", QUADRATIC),
        ("an entity from the disk", OUTSIDE),
        ("a document type from the network", NETWORK),
        ("a parameter entity", PARAMETER),
        ("an empty document type", "<!DOCTYPE x>"),
    ):
        body = SHEET.format(row(said("&l9;" if doctype is BOMB else "&a;")))
        yield Hostile(f"{name} in the sheet", lambda d=doctype, b=body: xlsx(whole_part(d + b)), "bomb")
        yield Hostile(f"{name} in the texts", lambda d=doctype: xlsx(row(said("a")), strings=d + STRINGS), "bomb")
        yield Hostile(f"{name} in the book", lambda d=doctype: xlsx(row(said("a")), book=d + BOOK.format("")), "bomb")
        yield Hostile(
            f"{name} in the styles", lambda d=doctype: xlsx(row(said("a")), styles=d + "<styleSheet/>"), "bomb"
        )
    zeros = b"\0" * (40 * MEGABYTE)
    yield Hostile("a zip bomb beside the sheet", lambda: xlsx(row(said("a")), extra={"xl/media/a.bin": zeros}), "bomb")
    yield Hostile("a zip bomb for a sheet", lambda: xlsx(whole_part("<a>" + " " * (40 * MEGABYTE) + "</a>")), "bomb")
    yield Hostile("a zip bomb for texts", lambda: xlsx(row(said("a")), strings=" " * (40 * MEGABYTE)), "bomb")
    yield Hostile(
        "nine small bombs",
        lambda: xlsx(row(said("a")), extra={f"a{n}": b"\0" * (4 * MEGABYTE) for n in range(9)}),
        "bomb",
    )
    yield Hostile("200 MB stored, in its directory", lambda: lying(xlsx(row(said("a"))), size=200 * MEGABYTE), "bomb")
    yield Hostile("1 GB declared", lambda: lying(xlsx(row(said("a"))), size=1024 * MEGABYTE), "bomb")
    yield Hostile("4 GB declared", lambda: lying(xlsx(row(said("a"))), size=0xFFFFFFFE), "bomb")
    yield Hostile("nothing declared", lambda: lying(xlsx(row(said("a"))), size=0), "damaged")
    yield Hostile("one byte declared", lambda: lying(xlsx(row(said("a"))), size=1), "damaged")
    yield Hostile("3,000 parts", lambda: many_parts(3000), "bomb")
    yield Hostile("60,000 parts", lambda: many_parts(60_000), "bomb")
    for depth in (100, 10_000, 1_000_000):
        yield Hostile(
            f"tags {depth} deep",
            lambda n=depth: xlsx(whole_part("<a>" * n + "</a>" * n), how=zipfile.ZIP_STORED),
            "bomb",
        )
    yield Hostile(
        "tags deep in the texts", lambda: xlsx(row(said("a")), strings="<si>" * 1000 + "</si>" * 1000), "bomb"
    )


def huge() -> Iterator[Hostile]:
    yield Hostile(
        "a sheet of a million lines by its own word",
        lambda: xlsx(whole_part(f'<x><dimension ref="A1:XFD1048576"/><sheetData>{row(said("a"))}</sheetData></x>')),
        None,
    )  # fmt: skip
    yield Hostile("a cell in the last line", lambda: xlsx(row(said("a", "A1048576"), number=1_048_576)), "lines")
    yield Hostile("a cell in the last column", lambda: xlsx(row(said("a", "XFD1"))), "columns")
    yield Hostile("a cell beyond the last column", lambda: xlsx(row(said("a", "ZZZ1"))), "columns")
    yield Hostile("a line of a number too long", lambda: xlsx(row(said("a"), number=10**15)), "lines")
    yield Hostile("a line before the first", lambda: xlsx(row(said("a"), number=-5)), None)
    yield Hostile("a line that has no number", lambda: xlsx('<row r="x"><c/></row>'), "damaged")
    yield Hostile("100,000 columns in CSV", lambda: b";".join([b"a"] * 100_000) + b"\n1", "columns")
    yield Hostile("100,000 columns, quoted", lambda: b";".join([b'"a"'] * 100_000) + b"\n1", "columns")
    yield Hostile("a million commas", lambda: b"a" + b"," * 1_000_000 + b"\n1", None)
    yield Hostile(
        "100,000 columns in XLSX",
        lambda: xlsx("<row>" + "<c t='b'><v>1</v></c>" * 100_000 + "</row>", how=zipfile.ZIP_STORED),
        "columns",
    )
    yield Hostile("a million empty lines", lambda: b"a;b" + b"\n" * 1_000_000 + b"1;2", "lines")
    yield Hostile("a million lines", lambda: b"a;b\n" + b"1;2\n" * 1_000_000, "lines")
    yield Hostile(
        "a million rows in XLSX",
        lambda: xlsx("<row><c><v>1</v></c></row>" * 1_000_000, how=zipfile.ZIP_STORED),
        "lines",
    )
    yield Hostile("two million empty rows", lambda: xlsx("<row/>" * 2_000_000), "bomb")
    yield Hostile("a cell of a megabyte in CSV", lambda: b"a;b\n" + b"x" * MEGABYTE + b";1", "quotes")
    yield Hostile("a cell of 40,000 letters in XLSX", lambda: xlsx(row(said("x" * 40_000))), "cell")
    yield Hostile(
        "a cell of a megabyte in XLSX", lambda: xlsx(row(said("xy" * 500_000)), how=zipfile.ZIP_STORED), "heavy"
    )
    yield Hostile("one text shown in a million cells", lambda: xlsx(
        "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 150 + "</row>" for n in range(1, 100)),
        strings=STRINGS.format(f"<si><t>{'x' * 30_000}</t></si>"),
    ), "heavy")  # fmt: skip
    yield Hostile("20 MB of texts", lambda: xlsx(
        row(said("a")), strings=STRINGS.format(f"<si><t>{'abcdefghij' * 2000}</t></si>" * 1000), how=zipfile.ZIP_STORED
    ), "heavy")  # fmt: skip
    yield Hostile(
        "a name of a megabyte", lambda: xlsx(whole_part(f"<{'a' * MEGABYTE}/>"), how=zipfile.ZIP_STORED), None
    )
    yield Hostile(
        "an attribute of 30 MB",
        lambda: xlsx(whole_part(f"<a b='{'ab' * 15 * MEGABYTE}'/>"), how=zipfile.ZIP_STORED),
        None,
    )
    yield Hostile(
        "10,000 attributes", lambda: xlsx(whole_part(f"<a {' '.join(f'b{n}="1"' for n in range(10_000))}/>")), None
    )
    yield Hostile(
        "a comment of 10 MB",
        lambda: xlsx(whole_part(f"<!--{'ab' * 5 * MEGABYTE}--><a/>"), how=zipfile.ZIP_STORED),
        None,
    )
    yield Hostile(
        "100,000 styles",
        lambda: xlsx(row(said("a")), styles=STYLES.format("<xf numFmtId='14'/>" * 100_000), how=zipfile.ZIP_STORED),
        None,
    )
    yield Hostile("a style nobody has", lambda: xlsx(row('<c r="A1" s="99999999"><v>1</v></c>')), None)
    yield Hostile("a format that is a riddle", lambda: xlsx(
        row('<c r="A1" s="0"><v>1</v></c>'),
        styles=f"<styleSheet><numFmts><numFmt numFmtId='200' formatCode='{'[' * 50_000}'/></numFmts>"
        "<cellXfs><xf numFmtId='200'/></cellXfs></styleSheet>",
    ), None)  # fmt: skip


def broken() -> Iterator[Hostile]:
    good = xlsx(row(said("a")), strings=STRINGS.format("<si><t>a</t></si>"))
    for share in (5, 30, 60, 90, 99):
        yield Hostile(f"a workbook cut at {share} %", lambda s=share: good[: len(good) * s // 100], "damaged")
    for at in (120, 200, 400):
        yield Hostile(
            f"a workbook with byte {at} turned",
            lambda n=at: good[:n] + bytes([good[n] ^ 0xFF]) + good[n + 1 :],
            "damaged",
        )
    yield Hostile("a zip that is only its beginning", lambda: b"PK\x03\x04", "damaged")
    yield Hostile("a zip of noise", lambda: b"PK\x03\x04" + bytes(range(256)) * 100, "damaged")
    yield Hostile("an empty zip", lambda: b"PK\x05\x06" + b"\0" * 18, "binary")
    yield Hostile(
        "a part of bytes that do not unpack", lambda: packed(xlsx(row(said("a")), how=0), method=8), "damaged"
    )
    for method in (9, 12, 14, 93, 99):
        yield Hostile(f"a part packed in way {method}", lambda m=method: packed(good, method=m), "damaged")
    yield Hostile("a workbook with a password", lambda: flagged(good, flag=1), "password")
    yield Hostile("an encrypted package in a zip", lambda: xlsx(extra={"EncryptedPackage": b"x"}), "password")
    yield Hostile(
        "an old or encrypted workbook", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "old_office"
    )
    yield Hostile("a zip with two books", twice, "damaged")
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        refused = "not_xlsx" if part == "xl/workbook.xml" else "no_sheet"
        yield Hostile(f"without {part}", lambda p=part: xlsx(row(said("a")), without=(p,)), refused)
    yield Hostile(
        "an OpenDocument sheet", lambda: xlsx(without=("xl/workbook.xml",), extra={"content.xml": b"<a/>"}), "not_xlsx"
    )
    yield Hostile(
        "a word-processor file",
        lambda: xlsx(without=("xl/workbook.xml",), extra={"word/document.xml": b"<a/>"}),
        "not_xlsx",
    )
    yield Hostile(
        "a hidden sheet alone", lambda: xlsx(row(said("a")), book=BOOK.format(' state="veryHidden"')), "no_sheet"
    )
    for target in (
        "../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "https://example.org/a.xml",
        "",
        "\\\\host\\a",
    ):
        relations = f'<Relationships><Relationship Id="r1" Target="{target}"/></Relationships>'
        yield Hostile(f"a sheet at «{target}»", lambda r=relations: xlsx(row(said("a")), relations=r), "no_sheet")
    yield Hostile("a sheet outside the file", lambda: xlsx(
        row(said("a")),
        relations='<Relationships><Relationship Id="r1" TargetMode="External" Target="https://example.org"/></Relationships>',
    ), "no_sheet")  # fmt: skip
    for name, sheet in (
        ("a tag never closed", "<?xml version='1.0'?><worksheet><sheetData>"),
        ("tags crossed", "<?xml version='1.0'?><a><b></a></b>"),
        ("an entity nobody declared", "<?xml version='1.0'?><a>&nobody;</a>"),
        ("two roots", "<?xml version='1.0'?><a/><b/>"),
        ("an unknown encoding", "<?xml version='1.0' encoding='klingon'?><a/>"),
        ("a lone surrogate", "<?xml version='1.0'?><a>&#xD800;</a>"),
        ("a NUL", "<?xml version='1.0'?><a>&#0;</a>"),
        ("a bell", "<?xml version='1.0'?><a>&#7;</a>"),
        ("no character", "<?xml version='1.0'?><a>&#xFFFE;&#x110000;</a>"),
        ("nothing but a head", "<?xml version='1.0'?>"),
    ):
        yield Hostile(f"a sheet with {name}", lambda s=sheet: xlsx(s.encode()), "damaged")
    yield Hostile(
        "a sheet in bytes that are no UTF-8", lambda: xlsx(b"<?xml version='1.0'?><a>\xff\xfe\xc3</a>"), "damaged"
    )


def cells() -> Iterator[Hostile]:
    for name, cell, refused in (
        ("a formula never computed", '<c r="A1"><f>WEBSERVICE("http://127.0.0.1:1")</f></c>', "not_computed"),
        ("a formula with its result", '<c r="A1"><f>1+1</f><v>2</v></c>', None),
        ("a formula of a text", '<c r="A1" t="str"><f>"a"</f><v>=cmd|\' /C calc\'!A0</v></c>', None),
        ("an error", '<c r="A1" t="e"><v>#REF!</v></c>', "cell_error"),
        ("a text that is not there", '<c r="A1" t="s"><v>99</v></c>', "damaged"),
        ("a text before the first", '<c r="A1" t="s"><v>-1</v></c>', "damaged"),
        ("a text whose number is none", '<c r="A1" t="s"><v>one</v></c>', "damaged"),
        ("a number that is none", '<c r="A1"><v>12,5</v></c>', "damaged"),
        ("infinity", '<c r="A1"><v>inf</v></c>', "damaged"),
        ("not a number", '<c r="A1"><v>nan</v></c>', "damaged"),
        ("1E+308", '<c r="A1"><v>1E+308</v></c>', "damaged"),
        ("a number of 10,000 digits", f'<c r="A1"><v>{"9" * 10_000}</v></c>', "damaged"),
        ("a style that is no number", '<c r="A1" s="x"><v>1</v></c>', "damaged"),
        ("a style of 5,000 digits", f'<c r="A1" s="{"9" * 5000}"><v>1</v></c>', "damaged"),
        ("an unknown type", '<c r="A1" t="hologram"><v>1</v></c>', None),
        ("a place that is none", '<c r="$%&quot;"><v>1</v></c>', None),
        ("a formula as a text", said("=HYPERLINK(&quot;http://127.0.0.1&quot;)"), None),
        ("markup as a text", said("&lt;script&gt;alert(1)&lt;/script&gt;"), None),
        ("a control character in Excel's writing", said("a_x0000_b"), None),
        ("a lone surrogate in Excel's writing", said("a_xD800_b"), None),
        ("a turn of direction", said("a\u202eb"), None),
    ):
        yield Hostile(f"a cell with {name}", lambda c=cell: xlsx(row(c)), refused)
    day = "<styleSheet><cellXfs><xf numFmtId='14'/></cellXfs></styleSheet>"
    for number in ("-1", "60", "2958465.99", "2958466", "1e20"):
        yield Hostile(f"the day {number}", lambda n=number: xlsx(row(f'<c s="0"><v>{n}</v></c>'), styles=day), None)


def texts() -> Iterator[Hostile]:
    for name, data, refused in (
        ("nothing", b"", None),
        ("a byte order mark alone", b"\xef\xbb\xbf", None),
        ("a NUL", b"a;b\n1\0;2", "binary"),
        ("NULs alone", b"\0" * 100_000, "binary"),
        ("a quotation mark never closed", b'a;b\n"1;2\n' + b"3;4\n" * 50_000, "quotes"),
        ("a quotation mark that closes too soon", b'a;b\n"1"2;3\n', "quotes"),
        ("a million quotation marks", b'a;b\n"' + b'""' * 1_000_000, "quotes"),
        ("UTF-16 cut in a letter", b"\xff\xfea\x00;", "accents"),
        ("UTF-16 with half a pair", b"\xff\xfea\x00\x00\xd8b\x00", "accents"),
        ("UTF-16 with a NUL", b"\xff\xfea\x00\x00\x00", "binary"),
        ("UTF-32 beyond Unicode", b"\xff\xfe\x00\x00\xff\xff\xff\xff", "accents"),
        ("UTF-8 of a surrogate", b"\xef\xbb\xbfa;b\n\xed\xa0\x80;1", "accents"),
        ("UTF-8 longer than it need be", b"\xef\xbb\xbfa;b\n\xc0\xaf;1", "accents"),
        ("UTF-8 with one broken accent", "a;b\nété;été\n".encode() + b"\xe9;1", "accents"),
        ("noise", bytes(range(1, 256)) * 400, None),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 1000, "binary"),
        ("a PDF", b"%PDF-1.7\n" + b"a;b\n" * 100, "not_a_table"),
        ("a page called .xls", b"<html><table><tr><td>a</td></tr></table></html>", "not_a_table"),
        ("a workbook as XML", b"<?xml version='1.0'?>" + BOMB.encode() + b"<x>&l9;</x>", "not_a_table"),
        ("rich text", b"{\\rtf1 a;b}", "not_a_table"),
        ("a gzip", b"\x1f\x8b\x08\x00" + zlib.compress(b"\0" * 10 * MEGABYTE), "binary"),
        ("carriage returns alone", b"a;b\r1;2\r", None),
        ("a line end inside a cell", b'a;b\n"1\n2";3', None),
        ("a header of formulas", b"=1+1;@SUM(A1)\n-1;+1", None),
        ("a separator line alone", b"sep=;\n", None),
        ("another separator than it says", b"sep=,\na;b\n1;2", None),
    ):
        yield Hostile(f"a text: {name}", lambda d=data: d, refused)


HOSTILE = [*bombs(), *huge(), *broken(), *cells(), *texts()]
