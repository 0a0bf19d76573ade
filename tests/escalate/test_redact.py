"""Redaction: what is found, what is left alone, and that restoring is exact for any text and any JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit.escalate import DETECTORS, Placeholders, Redactor, UnknownPlaceholderError
from agentkit.escalate.patterns import iban, luhn
from agentkit.types import ToolCall, ToolSpec

REDACTOR = Redactor()

PRIVATE_LOOKING = [
    ("EMAIL", "anna.müller+x@mail.example.co.uk"),
    ("PHONE", "+44 7700 900123"),
    ("PHONE", "+1 (555) 010-9999"),
    ("PHONE", "020 7946 0958"),
    ("PHONE", "(555) 010-9999"),
    ("PHONE", "555-123-4567"),
    ("PHONE", "0171-2345678"),
    ("PHONE", "555-0100"),
    ("IBAN", "DE89 3704 0044 0532 0130 00"),
    ("IBAN", "GB82WEST12345698765432"),
    ("CARD", "4111 1111 1111 1111"),
    ("CARD", "378282246310005"),
    ("IP", "192.168.1.10"),
    ("IP", "2001:db8::8a2e:370:7334"),
    ("MAC", "00:1a:2b:3c:4d:5e"),
    ("LOCATION", "52.5200, 13.4050"),
    ("SSN", "123-45-6789"),
    ("SECRET", "sk-abcdefghijklmnopqrstu"),
    ("SECRET", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----"),
]

ORDINARY = [
    "on 2026-11-21 at 10:20:30",
    "2026-11-21T10:20:30",
    "version 3.12.1 costs 1,234,567.89",
    "order 12345678",
    "rooms 10-12 and 3/4",
    "std::vector<int>",
    "half past 7, not 07:30",
    "DE89 is a road",
    "1234 5678 9012 3456 789 has the wrong checksum",
    "mail me @ home",
]


@pytest.mark.parametrize(("kind", "value"), PRIVATE_LOOKING)
def test_what_has_the_form_of_a_private_value_is_replaced(kind: str, value: str) -> None:
    text = f"so {value}, then"
    redacted, placeholders = REDACTOR.redact_text(text)
    assert redacted == f"so ⟦{kind}_1⟧, then"
    assert placeholders.values == {f"⟦{kind}_1⟧": value}
    assert placeholders.restore_text(redacted) == text


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_ordinary_stays(text: str) -> None:
    assert REDACTOR.redact_text(text)[0] == text


def test_credentials_of_a_url_go_and_the_host_stays() -> None:
    redacted, _ = REDACTOR.redact_text("https://bob:hunter2@localhost:8080/x?token=abcdef12&page=2")
    assert redacted == "https://⟦CREDENTIALS_1⟧@localhost:8080/x?token=⟦SECRET_1⟧&page=2"


def test_a_checksum_is_found_beside_more_digits() -> None:
    assert "4111" not in REDACTOR.redact_text("ref 12 4111 1111 1111 1111 9")[0]
    assert REDACTOR.redact_text("to DE89 3704 0044 0532 0130 00 please")[0] == "to ⟦IBAN_1⟧ please"


def test_checksums() -> None:
    assert luhn("4242 4242 4242 4242")
    assert not luhn("4242 4242 4242 4243")
    assert not luhn("0" * 16)
    assert iban("FR14 2004 1010 0505 0001 3M02 606")
    assert not iban("FR15 2004 1010 0505 0001 3M02 606")


def test_equal_values_get_equal_placeholders_and_spellings_are_kin() -> None:
    redacted, placeholders = REDACTOR.redact_text("a@b.org, +44 7700 900123, A@B.org, a@b.org, +447700900123")
    assert redacted == "⟦EMAIL_1⟧, ⟦PHONE_1⟧, ⟦EMAIL_1~2⟧, ⟦EMAIL_1⟧, ⟦PHONE_1~2⟧"
    assert placeholders.names == ("⟦EMAIL_1⟧", "⟦PHONE_1⟧", "⟦EMAIL_1~2⟧", "⟦PHONE_1~2⟧")


def test_declared_values_go_in_any_spelling() -> None:
    private = {"contact": ["Anna Müller", "Bo"]}
    text = "Tell ANNA  müller, Anna, and Bo; not Bob, nor annex."
    redacted, placeholders = REDACTOR.redact_text(text, private)
    assert redacted == "Tell ⟦CONTACT_1~2⟧, ⟦CONTACT_1~3⟧, and ⟦CONTACT_2⟧; not Bob, nor annex."
    assert placeholders.restore_text(redacted) == text
    assert REDACTOR.redact_text("Anna Müller", private)[0] == "⟦CONTACT_1⟧"


def test_a_part_of_two_names_belongs_to_neither() -> None:
    private = {"contact": ["Anna Smith", "Anna Jones"]}
    redacted, _ = REDACTOR.redact_text("Anna or Anna Smith or Jones", private)
    assert redacted == "⟦CONTACT_1⟧ or ⟦CONTACT_2⟧ or ⟦CONTACT_3~2⟧"


def test_a_declared_value_escaped_as_json_goes_too() -> None:
    for ascii_only in (True, False):
        text = json.dumps({"who": 'Zoë "Z" Ōe'}, ensure_ascii=ascii_only)
        redacted, placeholders = REDACTOR.redact_text(text, {"who": ['Zoë "Z" Ōe']})
        assert redacted == '{"who": "⟦WHO_1~2⟧"}'
        assert placeholders.restore_text(redacted) == text


def test_overlapping_finds_leave_no_remainder() -> None:
    redacted, _ = REDACTOR.redact_text("write to anna.jones@x.org.", {"name": ["Anna"]})
    assert redacted == "write to ⟦EMAIL_1⟧."


def test_brackets_in_the_text_are_escaped() -> None:
    text = "⟦PHONE_1⟧ is not +44 7700 900123 ⟦⟦"
    redacted, placeholders = REDACTOR.redact_text(text)
    assert redacted == "⟦BRACKET_1⟧PHONE_1⟧ is not ⟦PHONE_1⟧ ⟦BRACKET_1⟧⟦BRACKET_1⟧"
    assert placeholders.names == ("⟦PHONE_1⟧",)
    assert placeholders.restore_text(redacted) == text


def test_numbers_keep_their_type() -> None:
    value: Any = {"pin": 4711, "same": "4711", "other": 4712, "share": 0.25, "ok": True}
    redacted, placeholders = REDACTOR.redact_json(value, {"pin": [4711], "share": [0.25]})
    assert "4711" not in json.dumps(redacted)
    assert redacted["other"] == 4712  # type: ignore[index,call-overload]
    assert placeholders.restore_json(redacted) == value


def test_an_answer_is_restored_to_the_type_its_schema_wants() -> None:
    _, placeholders = REDACTOR.redact_text("dial 5550100123", {"number": ["5550100123"]})
    schema = {"type": "object", "properties": {"number": {"type": "integer"}, "text": {"type": "string"}}}
    tool = ToolSpec(name="dial", parameters=schema)
    call = ToolCall(id="1", name="dial", arguments={"number": "⟦NUMBER_1⟧", "text": "it is ⟦NUMBER_1⟧"})
    (restored,) = placeholders.restore_calls([call], [tool])
    assert restored.arguments == {"number": 5550100123, "text": "it is 5550100123"}


def test_a_placeholder_that_was_never_sent_is_refused() -> None:
    _, placeholders = REDACTOR.redact_text("+44 7700 900123")
    call = ToolCall(id="1", name="dial", arguments={"to": [{"n": "⟦PHONE_7⟧"}]})
    with pytest.raises(UnknownPlaceholderError, match="⟦PHONE_7⟧, a placeholder that was never sent"):
        placeholders.restore_calls([call])
    assert placeholders.restore_text("⟦PHONE_7⟧", strict=False) == "⟦PHONE_7⟧"


# properties ------------------------------------------------------------------------------------------------------

pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from([value for _, value in PRIVATE_LOOKING]),
    st.sampled_from(
        ["⟦", "⟧", "⟦PHONE_1⟧", "⟦EMAIL_1~2⟧", "⟦BRACKET_1⟧", "ANNA müller", "anna", "\n", "\\", '"', "ſ", "İ"]
    ),
    st.from_regex(r"[0-9 +().,:/-]{1,24}", fullmatch=True),
)
texts = st.lists(pieces, max_size=8).map("".join)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
declared = st.dictionaries(
    st.text(max_size=8), st.lists(st.one_of(texts, st.integers(), st.booleans(), st.none()), max_size=4), max_size=3
)


@settings(max_examples=300, deadline=None)
@given(texts, declared)
def test_redact_then_restore_is_the_identity_for_text(text: str, private: dict[str, list[Any]]) -> None:
    redacted, placeholders = REDACTOR.redact_text(text, private)
    assert placeholders.restore_text(redacted) == text


@settings(max_examples=300, deadline=None)
@given(values, declared)
def test_redact_then_restore_is_the_identity_for_json(value: Any, private: dict[str, list[Any]]) -> None:
    redacted, placeholders = REDACTOR.redact_json(value, private)
    wire = json.loads(json.dumps(redacted))
    restored = Placeholders.model_validate(placeholders.model_dump()).restore_json(wire)
    assert restored == value
    assert json.dumps(restored) == json.dumps(value)


@settings(max_examples=200, deadline=None)
@given(texts, texts, st.text(alphabet="abcdefgh XYZ0123456789", min_size=4, max_size=20))
def test_a_declared_value_never_remains(before: str, after: str, secret: str) -> None:
    secret = " ".join(secret.split())
    if len(secret) < 4:
        return
    redacted, _ = REDACTOR.redact_text(f"{before}{secret}{after}", {"note": [secret]})
    clear = "".join(part.partition("⟧")[2] if at else part for at, part in enumerate(redacted.split("⟦")))
    assert secret.casefold() not in clear.casefold()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_detectors_give_spans_within_the_text(text: str) -> None:
    for detector in DETECTORS:
        for found in detector.find(text):
            assert 0 <= found.start < found.end <= len(text)
