"""Files are listed, fingerprinted and written completely, wherever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmkit.core.errors import SourceError
from pmkit.core.locations import fingerprint, list_files, put_folder, put_text


@pytest.fixture
def share(tmp_path: Path) -> Path:
    for name in ("old/access.log", "new.log", ".hidden"):
        put_text(name, tmp_path / "a share" / name)
    return tmp_path / "a share"


def test_a_url_may_name_a_file_a_folder_or_files_that_match_wildcards(share: Path) -> None:
    url = share.as_uri()
    assert list_files(url) == [share / "new.log", share / "old" / "access.log"]
    assert list_files(f"{url}/*.log") == [share / "new.log"]
    assert list_files(f"{url}/new.log") == [share / "new.log"]
    with pytest.raises(SourceError, match="no files found"):
        list_files(f"{url}/none.log")


def test_a_fingerprint_changes_with_the_file(share: Path) -> None:
    before = fingerprint(share / "new.log")
    assert fingerprint(share / "new.log") == before
    put_text("other", share / "new.log")
    assert fingerprint(share / "new.log") != before


def test_a_folder_is_copied_without_temporary_files(share: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    put_folder(share, target, last="new.log")
    copies = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*") if path.is_file()}
    assert copies == {name: name for name in ("old/access.log", "new.log", ".hidden")}
