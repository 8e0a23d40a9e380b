"""Chat messages count for what people state in them."""

from __future__ import annotations

import pandas as pd
import pytest

from pmkit.analysis.response import conversation
from pmkit.analysis.response.conversation import ACKNOWLEDGES, ALL_CLEAR
from pmkit.findings.findings import Findings


def test_messages_posted_by_machines_are_not_attributed_to_people(findings: Findings) -> None:
    assert "alertmanager" not in set(conversation.by_people(findings.store.messages())["author_role"])


@pytest.mark.parametrize(
    ("text", "is_stated"),
    [
        ("All clear. No 502 since 8:42", True),
        ("no errors for ten minutes, the incident is over", True),
        ("it is not resolved yet", False),
        ("will write once it is fully recovered", False),
        ("can't give the all clear", False),
        ("is this resolved?", False),
        ("not sure why. Fully recovered now", True),
    ],
)
def test_an_all_clear_that_is_denied_awaited_or_asked_is_none(text: str, is_stated: bool) -> None:
    assert list(conversation.state(pd.DataFrame({"text": [text]}), ALL_CLEAR)) == [is_stated]


def test_a_message_without_text_states_nothing() -> None:
    assert list(conversation.state(pd.DataFrame({"text": [None, "ack"]}), ACKNOWLEDGES)) == [False, True]
