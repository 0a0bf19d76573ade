"""Each family's prompt, grammar, reading and tracking, on templates in the shape of the real ones."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import pytest

from agentkit.errors import ModelLoadError, RunError
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects import detect
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.dialects.template import ChatTemplate
from agentkit.types import Control, JsonObject, Message, ProposeRequest, ToolCall, ToolSpec

CHATML = (
    "{%- if tools %}{{ '<|im_start|>system\n' }}{% if messages[0].role == 'system' %}{{ messages[0].content + '\n' }}"
    "{% endif %}<tools>{% for tool in tools %}\n{{ tool | tojson }}{% endfor %}\n</tools> <tool_call></tool_call>"
    "<|im_end|>\n{% endif %}"
    "{% for m in messages %}{% if m.role != 'system' %}<|im_start|>{{ m.role }}\n{{ m.content }}"
    "{% for call in m.tool_calls or [] %}<tool_call>\n{{ call.function | tojson }}\n</tool_call>{% endfor %}"
    "<|im_end|>\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA = (
    "{% if messages[0].role == 'system' %}{% set head = messages[0].content %}{% set messages = messages[1:] %}"
    "{% else %}{% set head = '' %}{% endif %}<|start_header_id|>system<|end_header_id|>\n"
    "Today: {{ strftime_now('%d %b %Y') }}\n{{ head }}<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n{% for t in tools or [] %}{{ t | tojson(indent=2) }}{% endfor %}"
    "{{ messages[0].content }}<|eot_id|>{% for m in messages[1:] %}"
    "{% if m.tool_calls and m.tool_calls | length > 1 %}{{ raise_exception('one call at once') }}{% endif %}"
    "<|start_header_id|>{{ m.role }}<|end_header_id|>\n"
    "{% if m.tool_calls %}{{ m.tool_calls[0].function | tojson }}{% else %}{{ m.content }}{% endif %}<|eot_id|>"
    "{% endfor %}<|start_header_id|>assistant<|end_header_id|>\n"
)
PHI = (
    "{% for m in messages %}{% if m.role == 'system' and m.tools %}<|system|>{{ m.content }}<|tool|>{{ m.tools }}"
    "<|/tool|><|end|>{% else %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endif %}{% endfor %}<|assistant|>"
)
GEMMA = (
    "{% for m in messages %}<start_of_turn>{{ m.role }}\n{{ m.content }}"
    "{% if loop.first %}{% for tool in tools or [] %}<start_function_declaration>{{ tool.function.name }}"
    "<end_function_declaration>{% endfor %}{% endif %}"
    "{% for call in m.tool_calls or [] %}<start_function_call>call:{{ call.function.name }}<end_function_call>"
    "{% endfor %}<end_of_turn>\n{% endfor %}<start_of_turn>model\n"
)
ALTERNATING = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "[{{ m.role }}] {{ m.content }}\n{% endfor %}[model] "
)

FAMILIES: dict[str, tuple[str, frozenset[str]]] = {
    "nano.1": ("", frozenset({"<|tool|>", "<|p|>", "<|user|>", "<|call|>", "<|end|>"})),
    "nano.2": ("", frozenset({"<|tool|>", "<|p|>", "<|user|>", "<|call|>", "<|end|>", "<|result|>"})),
    "hermes": (CHATML, frozenset({"<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"})),
    "llama3": (LLAMA, frozenset({"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"})),
    "phi4": (PHI, frozenset({"<|tool_call|>", "<|/tool_call|>", "<|tool|>", "<|/tool|>", "<|end|>"})),
    "gemma": (GEMMA, frozenset({"<start_function_call>", "<end_function_call>", "<escape>", "<start_of_turn>"})),
    "plain": (ALTERNATING, frozenset({"[model]"})),
}

LIGHT = ToolSpec(
    name="set_light",
    description="Set a light",
    parameters={
        "type": "object",
        "properties": {
            "room": {"enum": ["kitchen", "hall"]},
            "name": {"type": "string"},
            "level": {"type": "integer", "minimum": 0, "maximum": 100},
            "at": {"type": "string", "pattern": "^..:..$", "x-type": "time"},
            "rgb": {"type": "array", "items": {"type": "number"}, "maxItems": 3},
        },
        "required": ["room"],
        "additionalProperties": False,
    },
    returns={"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
)
OFF = ToolSpec(
    name="lights_off",
    description="All off",
    parameters={"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False},
)


def dialect(name: str) -> Dialect:
    template, special = FAMILIES[name]
    return detect({}, template, special)


def request(*messages: Message, facts: Sequence[str] = (), **changes: object) -> ProposeRequest:
    base = ProposeRequest(tools=(LIGHT, OFF), messages=messages or (Message(role="user", content="kitchen on"),))
    return base.model_copy(update={"facts": tuple(facts), **changes})


LATER = (
    Message(role="user", content="kitchen on"),
    Message(role="assistant", calls=(ToolCall(id="1", name="set_light", arguments={"room": "kitchen"}),)),
    Message(role="tool", content='{"id": "k1"}', call_id="1", name="set_light"),
)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_family_is_recognised(name: str) -> None:
    assert dialect(name).name == name


def test_the_family_can_be_chosen_and_a_wrong_name_lists_the_right_ones() -> None:
    assert detect({}, CHATML, frozenset(), wanted="plain").name == "plain"
    assert detect({"agentkit.dialect": "nano.2"}, "", frozenset()).name == "nano.2"
    with pytest.raises(ModelLoadError, match=r"(?s)no dialect `hermse`.*hermes"):
        detect({}, CHATML, frozenset(), wanted="hermse")


@pytest.mark.parametrize("name", FAMILIES)
def test_the_prefix_is_byte_stable_while_turns_and_facts_change(name: str) -> None:
    one = dialect(name)
    first = one.render(request(facts=("it is 10:00",)))
    prompts = [
        one.render(request(facts=("it is 10:01", "screen: home"))),
        one.render(request(Message(role="user", content="hall off"))),
        one.render(request(*LATER, facts=("it is 10:02",))),
    ]
    assert all(prompt.prefix == first.prefix for prompt in prompts)
    assert "set_light" in first.prefix and first.prefix.index("set_light") < first.prefix.index("lights_off")
    assert "10:00" not in first.prefix and "kitchen on" not in first.prefix
    assert "kitchen on" in first.rest


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "nano.1"])
def test_facts_come_after_the_tools_and_results_are_told(name: str) -> None:
    text = dialect(name).render(request(*LATER, facts=("it is 10:02",))).text
    assert text.index("lights_off") < text.index("it is 10:02")
    assert "k1" in text


@pytest.mark.parametrize("name", FAMILIES)
def test_words_cannot_open_a_role(name: str) -> None:
    one = dialect(name)
    clean = one.render(request(Message(role="user", content="x"))).text
    for mark in FAMILIES[name][1]:
        evil = one.render(request(Message(role="user", content=f"x{mark}y"))).text
        assert evil.count(mark) == clean.count(mark)


ANSWERS: dict[str, str] = {
    "nano.1": '[{"name":"set_light","arguments":{"room":" hall","level":5}},{"name":"lights_off","arguments":{}}]',
    "nano.2": '[{"name":"set_light","arguments":{"room":" hall","level":5}},{"name":"lights_off","arguments":{}}]',
    "hermes": '<tool_call>\n{"name": "set_light", "arguments": {"room": "hall", "level": 5}}\n</tool_call>\n'
    '<tool_call>\n{"name": "lights_off", "arguments": {}}\n</tool_call>',
    "llama3": '{"name": "set_light", "parameters": {"room": "hall", "level": 5}}; '
    '{"name": "lights_off", "parameters": {}}',
    "phi4": '<|tool_call|>[{"name": "set_light", "arguments": {"room": "hall", "level": 5}}, '
    '{"name": "lights_off", "arguments": {}}]<|/tool_call|>',
    "gemma": "<start_function_call>call:set_light{room:<escape>hall<escape>,level:5}<end_function_call>"
    "<start_function_call>call:lights_off{}<end_function_call>",
    "plain": '[{"name": "set_light", "arguments": {"room": "hall", "level": 5}}, '
    '{"name": "lights_off", "arguments": {}}]',
}


@pytest.mark.parametrize("name", FAMILIES)
def test_an_answer_is_read(name: str) -> None:
    constraint = build_constraint(request(), dialect(name))
    calls = constraint.parse(ANSWERS[name])
    assert [(call.id, call.name, call.arguments) for call in calls] == [
        ("1", "set_light", {"room": "hall", "level": 5}),
        ("2", "lights_off", {}),
    ]


@pytest.mark.parametrize("name", FAMILIES)
def test_fields_are_tracked(name: str) -> None:
    tracker = dialect(name).tracker()
    fields: list[str] = []
    for char in ANSWERS[name]:
        fields.append(tracker.field)
        tracker.feed(char.encode())
    text = ANSWERS[name]
    assert fields[0] == "tool"
    assert fields[text.index("set_light") + 2] == "tool"
    assert fields[text.index("hall") + 1] == "0.room"
    assert fields[text.index("5")] == "0.level"
    assert fields[text.index("level") + 1] == "0.*"
    assert fields[text.index("lights_off") + 1] == "tool"
    assert "count" in fields
    assert tracker.names == ["set_light", "lights_off"]
    assert tracker.started == 2


@pytest.mark.parametrize("name", [name for name in FAMILIES if name not in {"nano.1", "plain"}])
def test_words_are_an_answer_when_finishing_is_legal(name: str) -> None:
    one = dialect(name)
    text = "<|say|> All done." if name == "nano.2" else "All done."
    finishing = request(*LATER, controls=(Control.FINISH,))
    (call,) = build_constraint(finishing, one).parse(text)
    assert (call.control, call.arguments) == (Control.FINISH, {"answer": "All done."})
    tracker = one.tracker()
    tracker.feed(text[:12].encode())
    assert tracker.field == "0.answer"


def test_an_empty_list_abstains_before_any_call_and_finishes_after() -> None:
    both = (Control.ABSTAIN, Control.FINISH)
    for name in ("nano.1", "nano.2"):
        one = dialect(name)
        assert build_constraint(request(controls=both), one).parse("[]")[0].control is Control.ABSTAIN
        assert build_constraint(request(*LATER, controls=both), one).parse("[]")[0].control is Control.FINISH


def test_asking_and_deferring_have_forms_of_their_own_in_version_2() -> None:
    constraint = build_constraint(request(controls=(Control.ASK, Control.DEFER)), dialect("nano.2"))
    start = constraint.lark.splitlines()[0]
    assert "<|ask|>" in start and "<|defer|>" in start and '"[]"' not in start
    assert constraint.parse("<|ask|> Which room?")[0].arguments == {"question": "Which room?"}
    assert constraint.parse("<|defer|>")[0].control is Control.DEFER


@pytest.mark.parametrize("name", ["nano.2", "hermes", "plain"])
def test_a_typed_output_is_an_ordinary_tool(name: str) -> None:
    output = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    typed = request(controls=(Control.FINISH,), output=output)
    assert "finish" in dialect(name).render(typed).prefix
    assert '\\"output\\"' in build_constraint(typed, dialect(name)).lark


def test_nano_2_writes_types_and_turns() -> None:
    prompt = dialect("nano.2").render(request(*LATER, facts=("it is 10:02",))).text
    assert prompt == (
        "<|tool|>set_light: Set a light<|p|>room*:kitchen|hall<|p|>name:str<|p|>level:int 0..100<|p|>at:time"
        "<|p|>rgb:[num]<|tool|>lights_off: All off<|p|>id:str<|fact|> it is 10:02<|user|> kitchen on<|call|>"
        '[{"name":"set_light","arguments":{"room":" kitchen"}}]<|end|><|result|> {"id": "k1"}<|call|>'
    )


def test_several_calls_of_one_turn_become_several_turns_for_llama() -> None:
    calls = tuple(ToolCall(id=str(index), name="lights_off", arguments={}) for index in (1, 2))
    turns = (LATER[0], Message(role="assistant", calls=calls), Message(role="tool", content="ok", call_id="2"))
    assert dialect("llama3").render(request(*turns)).text.count('"name": "lights_off"') > 2


def test_a_reference_to_an_earlier_result_is_written_in_the_family_s_notation() -> None:
    results: dict[str, JsonObject] = {
        "1": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    }
    for name in ("nano.2", "hermes", "gemma"):
        lark = build_constraint(request(*LATER, results=results), dialect(name)).lark
        assert "$ref" in lark
    found = build_constraint(request(*LATER, results=results), dialect("gemma")).parse(
        "<start_function_call>call:lights_off{id:{$ref:<escape>1<escape>,path:<escape>id<escape>}}<end_function_call>"
    )
    assert found[0].arguments == {"id": {"$ref": "1", "path": "id"}}
    assert found[0].id == "2"


def test_a_template_that_never_ends_is_stopped() -> None:
    endless = ChatTemplate(
        "{% set r = range(90000) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}", seconds=0.2
    )
    start = time.perf_counter()
    with pytest.raises(RunError, match=r"did not end within 0\.2 s"):
        endless.render([], None)
    assert time.perf_counter() - start < 5.0


@pytest.mark.parametrize(
    "evil",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% for a in range(90000) %}{{ '" + "x" * 100 + "' }}{% endfor %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
    ],
)
def test_a_template_cannot_break_out_or_blow_up(evil: str) -> None:
    with pytest.raises(RunError, match="template"):
        ChatTemplate(evil).render([{"role": "user", "content": "x"}], None)


def test_a_template_that_is_none_is_refused_when_loading() -> None:
    with pytest.raises(ModelLoadError, match="chat template cannot be used"):
        ChatTemplate("{% for %}")


def test_json_keeps_its_order_and_its_letters() -> None:
    text = ChatTemplate("{{ messages | tojson }}").render([{"b": "ü<&>", "a": 1}], None)
    assert json.loads(text) == [{"b": "ü<&>", "a": 1}] and text == '[{"b": "ü<&>", "a": 1}]'
