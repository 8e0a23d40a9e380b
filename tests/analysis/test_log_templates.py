"""Messages written from the same template are grouped under one template."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.analysis.causes.log_templates import templates_of
from pmkit.analysis.causes.message_tokenizer import MOST_WORDS, VARIES


def mined(*messages: str) -> list[str]:
    return sorted(set(templates_of(messages).values()))


@pytest.mark.parametrize(
    ("messages", "template"),
    [
        (["order 17 took 3.5 s", "order 18 took 900 ms"], "order <*> took <*>"),
        (["order 17 took 3 ms", "order 18 took 9 ms"], "order <*> took <*> ms"),
        (["connect to 10.0.0.1:80: refused", "connect to db.example.com: refused"], "connect to <*>: refused"),
        (["connection from 10.0.0.1 () closed", "connection from 10.0.0.2 (a.example.com) closed"], "connection from <*> closed"),
        (["open /etc/a.conf failed", "open /var/b failed"], "open <*> failed"),
        (["sent -1 of 2, 3, 4", "sent 1 of 2"], "sent <*> of <*>"),
        (["up since Sat Jan 17 03:00:01 2026", "up since Sun Jan 18 03:00:01 2026"], "up since <*>"),
        (["zone=eu state=up", "zone=us state=up"], "zone=<*> state=up"),
        (["login of user ann (new)", "login of user bob (new)"], "login of user <*> (new)"),
        ([f"job {name} is late" for name in ("mail", "bill", "sync", "dump")], "job <*> is late"),
        ([f"connected to host {name}" for name in ("alpha", "beta")], "connected to host <*>"),
        ([f"session of user {name} opened" for name in ("ann", "fred", "info", "master", "ahmed")], "session of user <*> opened"),
        ([f"tenant {name} over quota" for name in ("acme", "globex", "initech", "umbrella")], "tenant <*> over quota"),
        ([f"com.shop.{name}: ran 3 times" for name in ("mail.Sender", "cart.daily_sum", "feed")], "<*>: ran <*> times"),
        (["GET /api/search failed after 3 s", "GET /api/search failed after 5 s"], "GET /api/search failed after <*> s"),
    ],
)  # fmt: skip
def test_messages_written_from_one_template_share_it(messages: list[str], template: str) -> None:
    assert mined(*messages) == [template]


def test_many_messages_that_differ_in_several_places_share_one_template() -> None:
    messages = [f"{a}{b} moved {b}{c} to {c}{a} in the shop" for a, b, c in product("bcdfg", "aeiou", "klmn")]
    assert mined(*messages, "it is cold in the shop") == ["<*> moved <*> to <*> in the shop", "it is cold in the shop"]


def test_text_that_all_messages_share_is_kept() -> None:
    message = 'upstream timed out, request: "GET /api/search", upstream: "http://a.example.com/api", took 7 s'
    assert mined(message) == [message.replace("7", VARIES)]


def test_a_very_long_message_is_compared_by_its_first_words() -> None:
    beginning = " ".join(["retry"] * MOST_WORDS)
    assert mined(f"{beginning} of mail", f"{beginning} of bill and sync") == [f"{beginning} {VARIES}"]
    assert mined(f"{beginning} of mail") == [f"{beginning} of mail"]


def test_messages_beyond_the_limit_are_not_compared_but_their_numbers_are_masked() -> None:
    messages = [f"order {n} of 10.0.0.{n} is late" for n in range(9)] + [f"job {name} is late" for name in "abcdefghi"]
    templates = templates_of(messages, most_compared=3)
    assert templates.keys() == set(messages)
    assert {templates[message] for message in messages[:9]} == {"order <*> of <*> is late"}
    assert templates == templates_of(reversed(messages), most_compared=3)


@pytest.mark.parametrize(
    "messages",
    [
        ["service started", "service stopped"],
        ["cannot open the file", "cannot close the file", "cannot read the file"],
        ["mail is late", "bill is late", "sync is late", "dump is late"],
        [f"indexer {state}" for state in ("started", "stopped", "crashed", "running", "hung", "died")],
        [f"refund {outcome}" for outcome in ("approved", "declined", "paid", "lost", "reversed", "undeliverable")],
        [f"pool mail is {state}" for state in ("UP", "DOWN", "MAINT", "DRAIN", "NOLB")],
        [f"breaker is now {state}" for state in ("OPEN", "CLOSED", "HALF_OPEN", "FORCED_OPEN")],
        [f"member state={state}" for state in ("primary", "secondary", "arbiter", "rollback", "startup")],
        [f'"outcome": "{outcome}"' for outcome in ("ok", "late", "partial", "void", "failure")],
        [f"pod is {phase}" for phase in ("Running", "Pending", "CrashLoopBackOff", "OOMKilled", "NotReady")],
        [f"call ended with {error}" for error in ("TimeoutError", "KeyError", "java.net.ConnectException", "OSError")],
        [f"published invoice.{event} event" for event in ("sent", "paid", "failed", "voided")],
        ["job <*> exited with status zero", "job <*> exited with status <*>"],
        [f"Auftrag {state}" for state in ("gestartet", "fehlgeschlagen", "abgelehnt")],
        [f"feature search enabled={flag}" for flag in ("true", "false")],
        ["user created", "user deleted", "user locked"],
        ["a (b)", "a"],
        ["", "-", "<*>", "it is"],
    ],
)
def test_messages_with_different_meanings_keep_their_own_templates(messages: list[str]) -> None:
    assert mined(*messages) == sorted(messages)


def test_a_failure_is_not_merged_into_the_template_of_many_names() -> None:
    names = [a + b + c for a, b, c in product("bcdf", "aeiou", "klmn")]
    messages = [f"job {name} is late" for name in names]
    assert mined(*messages, "job failed is late") == ["job <*> is late", "job failed is late"]


def test_many_different_words_are_values_even_where_a_state_is_expected() -> None:
    names = [a + b + c for a, b, c in product("bc", "aeio", "kl")]
    assert mined(*(f"leader is {name}" for name in names), "leader is lost") == ["leader is <*>", "leader is lost"]


WORDS = st.sampled_from(
    ["a", "b", "c", "d", "user", "=", ":", "(", ")", "7", "-1", VARIES, "/x/y", "x.example.com", "ms", "é", "<", "*>"]
)
MESSAGES = st.lists(st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=20), max_size=12)


@settings(max_examples=200, deadline=None)
@given(messages=MESSAGES, random=st.randoms(use_true_random=False))
def test_the_order_and_number_of_messages_make_no_difference(messages: list[str], random) -> None:
    templates = templates_of(messages)
    shuffled = messages * 2
    random.shuffle(shuffled)
    assert templates_of(shuffled) == templates
    assert templates.keys() == set(messages)
