"""Chat that people copied from a window is read in whatever layout and language the window has, and logs are not taken for it."""

from __future__ import annotations

import pytest
from reading import read

_ACK = ("Ann Smith", "ack")
_BACK = ("Bob", "done")


@pytest.mark.parametrize(
    ("content", "at"),
    {
        "brackets": ("Ann Smith  [3:02 PM]\nack\nBob  [3:05 PM]\ndone (edited)\n:+1:\n2\n", "2026-11-23T15:02"),
        "24 hours": ("Ann Smith\n  15:02\nack\nBob\n  15:05\ndone\n2 replies\nLast reply today at 3:10 PM\n", "2026-11-23T15:02"),
        "days by name": ("Yesterday\nAnn Smith  3:02 PM\nack\nToday\nBob  3:05 AM\ndone\n", "2026-11-23T15:02"),
        "today at": ("Ann Smith — Today at 3:02 AM\nack\nBob — Today at 3:05 AM\ndone\n", "2026-11-24T03:02"),
        "German": ("Samstag, 17. Januar\nAnn Smith  15:02 Uhr\nack\nBob  15:05 Uhr\ndone\n", "2026-01-17T15:02"),
        "an ordinal": ("Ann Smith [Jan 17th at 3:02 PM]\nack\nBob [Jan 17th at 3:05 PM]\ndone\n", "2026-01-17T15:02"),
        "no indent": ("Ann Smith\n17/01/2026 15:02\nack\nBob\n17/01/2026 15:05\ndone\n", "2026-01-17T15:02"),
        "what is read aloud": ("ack by Ann Smith\nAnn Smith\n15:02\nack\ndone by Bob\nBob\n15:05\ndone\n", "2026-11-23T15:02"),
        "bots": ("Ann Smith\n — \n01/17/2026 3:02 PM\nack\nBob\nAPP\n — \n01/17/2026 3:05 PM\ndone\n", "2026-01-17T15:02"),
        "a status below the name": ("Ann Smith\n:headphones:  3:02 PM\nack\nBob\n🌴  3:05 PM\ndone\n", "2026-11-23T15:02"),
        "a status beside the name": ("Ann Smith :headphones:  3:02 PM\nack\nBob 🌴  3:05 PM\ndone\n", "2026-11-23T15:02"),
        "one line each": ("17/01/2026, 15:02 - Ann Smith: ack\n17/01/2026, 15:05 - Bob: done\n", "2026-01-17T15:02"),
    }.values(),
)
def test_pasted_messages_have_their_author_and_time_in_every_layout(content: str, at: str) -> None:
    rows, ledger = read(content, "chat.txt")
    assert (ledger.format, ledger.rejected) == ("chat-text", 0)
    assert list(zip(rows["author_role"], rows["text"], strict=True)) == [_ACK, _BACK]
    assert rows["at"][0].strftime("%Y-%m-%dT%H:%M") == at


def test_a_further_message_without_its_half_of_the_day_follows_the_one_above() -> None:
    rows, _ = read("17 January 2026\nBob  11:58 AM\nlook\n12:03\nfound it\n", "chat.txt")
    assert [f"{at:%H:%M}" for at in rows["at"]] == ["11:58", "12:03"]


def test_a_day_by_its_name_is_said_to_be_a_guess() -> None:
    _, ledger = read("Alice  Today at 3:02 AM\nack\n", "chat.txt")
    assert ledger.notes == (
        "days and ages are counted back from when the file was last changed, 2026-11-24 12:00, which is a guess",
    )


@pytest.mark.parametrize(
    "content",
    [
        "[2026-01-17 03:00:00] worker: started\n[2026-01-17 03:00:01] worker: done\n",
        "[15:02:11] Server started\n[15:02:12] Listening on port 80\n",
        "[17/01/2026 03:02] ERROR: no answer\n[17/01/2026 03:03] INFO: up\n",
    ],
)
def test_logs_with_times_in_brackets_are_no_chat(content: str) -> None:
    _, ledger = read(content, "app.txt")
    assert ledger.table == "logs"
