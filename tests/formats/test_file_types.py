"""Files that are no logs are recognised by their contents, and logs are never taken for one of them."""

from __future__ import annotations

import io
import pickle
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest
from samples import access_log, in_a_file

from pmkit.formats.catalog import FORMATS
from pmkit.formats.file_types import file_type_of
from pmkit.formats.text_types import text_type_of
from pmkit.ingest.export import ingest
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger


def zipped(*names: str) -> bytes:
    """Return a ZIP archive with files of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "2026-01-17T03:00:00Z ERROR x\n" * 9)
    return out.getvalue()


def database(folder: Path) -> bytes:
    """Return an SQLite database."""
    with sqlite3.connect(folder / "x.db") as connection:
        connection.execute("CREATE TABLE events (at, message)")
    return (folder / "x.db").read_bytes()


def ledger_of(content: str | bytes, folder: Path, name: str = "export.log", named: str | None = None) -> Ledger:
    """Return the ledger of an export, whose format may be named."""
    path, out = folder / name, folder / "part"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out.mkdir()
    return ingest(Request(path, "UTC", format=named), out)


OTHER_FILES = {
    "PNG image": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
    "JPEG image": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "GIF image": b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
    "WebP image": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "SVG image": b'<?xml version="1.0"?>\n<!-- drawn at 2026-01-17 03:00:00 -->\n<svg xmlns="http://www.w3.org/2000/svg">\n</svg>\n',
    "PDF document": b"%PDF-1.7\n2026-01-17 03:00:00 ERROR x\n",
    "Excel workbook": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "Word document": zipped("[Content_Types].xml", "word/document.xml"),
    "spreadsheet of LibreOffice": b"PK\x03\x04\x14\x00\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK",
    "Outlook message": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + "__substg1.0_0037".encode("utf-16-le"),
    "web page (HTML)": b"<!DOCTYPE html>\n<html>\n<p>2026-01-17 03:00:00 ERROR x</p>\n</html>\n",
    "e-mail": b"Date: Sat, 17 Jan 2026 03:00:00 +0000\nFrom: a@example.com\nTo: b@example.com\nSubject: Outage\n\nIt is down.\n",
    "network capture": b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00",
    "Windows event log": b"ElfFile\x00\x00\x00\x00\x00",
    "core dump": b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x3e\x00",
    "program (ELF)": b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00",
    "program for Windows": b"MZ\x90\x00\x03\x00\x00\x00",
    "Parquet file": b"PAR1\x15\x04\x15\x10\x00\x00",
    "Avro file": b"Obj\x01\x04\x16avro.schema",
    "pickle of Python": pickle.dumps({"at": "2026-01-17T03:00:00Z"}),
    "certificate or a key": b"-----BEGIN CERTIFICATE-----\nMIIB\n",
    "script": b"#!/usr/bin/env python3\nprint('2026-01-17 03:00:00 ERROR x')\n",
}


@pytest.mark.parametrize("title", OTHER_FILES)
@pytest.mark.parametrize("name", ["export.log", "export.json"])
def test_a_file_that_is_no_log_is_named_and_left_out_whatever_its_name_is(tmp_path: Path, title: str, name: str) -> None:
    ledger = ledger_of(OTHER_FILES[title], tmp_path, name)
    assert (ledger.format, ledger.lines, ledger.events) == (title, 0, 0)
    assert ledger.notes[0].startswith("this is a")
    assert ", not a log; " in ledger.notes[0]


def test_a_database_is_told_to_be_exported_as_csv(tmp_path: Path) -> None:
    ledger = ledger_of(database(tmp_path), tmp_path)
    assert ledger.notes == ("this is an SQLite database, not a log; export its tables as CSV",)


@pytest.mark.parametrize(
    ("title", "text"),
    {
        "XML document": '<?xml version="1.0"?>\n<suite>\n<test name="a"/>\n</suite>\n',
        "Markdown text": "# Outage\n\nSearch was down.\n\n## What we saw\n\n- it was slow\n",
        "YAML file": "# settings\napiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n",
        "configuration file (INI)": "; settings\n[server]\nport = 80\n\n[client]\nname=x\n",
        "source file": "# helper\nimport os\n\nprint(os.name)\n",
    }.items(),
)
def test_text_that_no_format_matches_is_named_for_what_it_is(tmp_path: Path, title: str, text: str) -> None:
    ledger = ledger_of(text, tmp_path)
    assert (ledger.format, ledger.lines) == (title, 0)


def test_text_that_is_not_certainly_something_else_is_rejected_line_by_line(tmp_path: Path) -> None:
    ledger = ledger_of("hello\nworld: it is late\nand dark\n", tmp_path)
    assert (ledger.format, ledger.rejected) == ("unrecognised", 3)


def test_a_picture_in_an_archive_is_left_out_and_the_log_beside_it_is_read(folder, pmkit) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in {"chart.log": OTHER_FILES["PNG image"], "access.log": access_log(4).encode()}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    data = folder({"exports.tgz": out.getvalue()}).parent
    exit_code, printed, _ = pmkit("summary", "INC-1", "--data", data, "--quiet")
    assert exit_code == 0
    assert "  exports.tgz/chart.log: PNG image, left out\n    this is a PNG image, not a log; export the data as text" in printed
    assert "exports.tgz/access.log: access-combined-pairs, 1,200 events of 1,200 lines" in printed


def test_a_folder_with_nothing_but_other_files_says_what_they_are(folder, pmkit) -> None:
    data = folder({"chart.png": OTHER_FILES["PNG image"], "sheet.xlsx": OTHER_FILES["Excel workbook"]}).parent
    exit_code, printed, err = pmkit("summary", "INC-1", "--data", data, "--quiet")
    assert (exit_code, err) == (0, "")
    assert "Impact       not known: there are no logs and no metrics" in printed
    assert "chart.png: PNG image, left out\n    this is a PNG image, not a log" in printed
    assert "sheet.xlsx: Excel workbook, left out\n    this is an Excel workbook, not a log; save the sheet as CSV" in printed


def test_a_format_that_a_person_names_is_used_whatever_the_file_begins_with(tmp_path: Path) -> None:
    ledger = ledger_of("<html>\n2026-01-17 03:00:00 ERROR x\n", tmp_path, named="generic-text")
    assert (ledger.format, ledger.events) == ("generic-text", 1)


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
def test_no_sample_of_a_format_is_taken_for_another_file(entry) -> None:
    for sample in entry.samples:
        text = in_a_file(entry, sample.text)
        assert file_type_of(text.encode()) is None
        assert text_type_of(text) is None or entry.table != "logs"


@pytest.mark.parametrize(
    "log",
    [
        "ID3 tags read at 03:00\n",
        "MZ started\n",
        "BM 17 is up\n",
        "From: queue a\nTo: queue b\nmoved 3\n",
        "<134>1 2026-01-17T03:00:00Z web app - - - up\n",
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time\n",
        "PACKET 7 lost\n",
    ],
)
def test_a_log_that_begins_like_another_file_stays_a_log(log: str) -> None:
    assert file_type_of(log.encode()) is None
