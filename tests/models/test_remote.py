"""The remote model against a server on loopback that misbehaves in every way a server can."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from agentkit import Agent, tool
from agentkit.errors import Cancelled, ContextOverflowError, RemoteError, WiringError
from agentkit.models.base import Cancel, Model
from agentkit.models.remote import RemoteModel
from agentkit.spec.models import RemoteConfig
from agentkit.types import Control, Message, ProposeRequest, Sampling, ToolCall, ToolSpec

ALARM = ToolSpec(
    name="set_alarm",
    description="Set an alarm.",
    parameters={
        "type": "object",
        "properties": {"hour": {"type": "integer"}, "label": {"type": "string"}},
        "required": ["hour"],
        "additionalProperties": False,
    },
)
ALL = (Control.ABSTAIN, Control.ASK, Control.FINISH)


def request(*messages: Message, **more: Any) -> ProposeRequest:
    said = messages or (Message(role="user", content="wake me at 7"),)
    settings: dict[str, Any] = {"controls": ALL, **more}
    return ProposeRequest(tools=(ALARM,), messages=said, **settings)


def model(server: Any, **more: Any) -> RemoteModel:
    settings: dict[str, Any] = {"deadline_s": 10.0, "timeout_s": 10.0, "retries": 0, **more}
    made = RemoteModel("big", base_url=server.url, **settings)
    server.opened.append(made)
    return made


class Naps:
    """Records the waits instead of waiting."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def fault(server: Any, **more: Any) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        model(server, **more).propose(request())
    return caught.value


# what a good server gives ----------------------------------------------------------------------------------------


def test_calls_arrive_in_pieces_and_are_put_together(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7, "label": "früh"}), ("set_alarm", {"hour": 8}))]
    remote = model(server)
    assert isinstance(remote, Model)
    proposal = remote.propose(request())
    assert [call.arguments for call in proposal.calls] == [{"hour": 7, "label": "früh"}, {"hour": 8}]
    assert [call.id for call in proposal.calls] == ["1", "2"]
    assert proposal.tier == "local"
    assert not proposal.confidence_known


def test_a_server_may_be_the_first_model_of_an_agent(server: Any) -> None:
    server.replies = [server.calls(("add", {"a": 1, "b": 2}))]
    config = RemoteConfig(base_url=server.url, model="big", retries=0, api_key_env="NO_KEY")

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    agent = Agent([tool(add)], model=config, loop="single_turn", store=False)
    run = agent.run("add 1 and 2")
    assert [step.proposal.tier for step in run.steps] == ["local"]
    assert run.steps[0].results[0].value == 3


def test_the_body_offers_tools_and_controls_as_functions(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}))]
    model(server).propose(request(facts=("it is 22:00",), max_calls=1, system="Be brief."))
    body = server.bodies[0]
    assert [one["function"]["name"] for one in body["tools"]] == ["set_alarm", "abstain", "ask", "finish"]
    assert body["tool_choice"] == "required"
    assert body["parallel_tool_calls"] is False
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["messages"][-1]["content"] == "wake me at 7\n\nKnown at this moment:\n- it is 22:00"
    assert "authorization" in server.headers[0]


def test_a_control_is_a_call(server: Any) -> None:
    server.replies = [server.calls(("ask", {"question": "which day?"}))]
    proposal = model(server).propose(request())
    assert proposal.control is Control.ASK
    assert proposal.calls[0].arguments == {"question": "which day?"}


def test_a_typed_output_is_the_finish_functions_parameter(server: Any) -> None:
    server.replies = [server.calls(("finish", {"output": {"n": 1}}))]
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    proposal = model(server).propose(request(output=schema))
    finish = server.bodies[0]["tools"][-1]["function"]
    assert finish["parameters"]["properties"] == {"output": schema}
    assert proposal.calls[0].arguments == {"output": {"n": 1}}


def test_a_finish_beside_tool_calls_is_dropped(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}), ("finish", {"answer": "done"}))]
    assert [call.name for call in model(server).propose(request()).calls] == ["set_alarm"]


def test_prose_is_an_answer_where_finishing_is_legal(server: Any) -> None:
    server.replies = [server.text("It is done.")]
    proposal = model(server).propose(request())
    assert proposal.control is Control.FINISH
    assert proposal.calls[0].arguments == {"answer": "It is done."}


@pytest.mark.parametrize("controls", [(), (Control.ABSTAIN,)])
def test_prose_where_only_calls_are_legal_is_garbled(server: Any, controls: tuple[Control, ...]) -> None:
    server.replies = [server.text("Sure!")]
    with pytest.raises(RemoteError, match="prose where a call was due"):
        model(server).propose(request(controls=controls))


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "set_alarm", "arguments": {"hour": 7}}',
        '<tool_call>\n{"name": "set_alarm", "arguments": {"hour": 7}}\n</tool_call>',
        '```json\n{"calls": [{"name": "set_alarm", "parameters": {"hour": 7}}]}\n```',
        '[{"name": "set_alarm", "arguments": {"hour": 7}}]',
    ],
)
def test_calls_written_as_text_are_read(server: Any, text: str) -> None:
    server.replies = [server.text(text)]
    assert model(server).propose(request()).calls == (ToolCall(id="1", name="set_alarm", arguments={"hour": 7}),)


def test_an_empty_list_of_calls_abstains(server: Any) -> None:
    server.replies = [server.text('{"calls": []}')]
    assert model(server).propose(request()).control is Control.ABSTAIN


def test_a_server_that_does_not_stream_is_read_whole(server: Any) -> None:
    message = {"tool_calls": [{"id": "x", "function": {"name": "set_alarm", "arguments": {"hour": 7}}}]}
    whole = {"choices": [{"message": message, "finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 3}}
    server.replies = [server.page(200, json.dumps(whole))]
    proposal = model(server, options={"stream": False, "top_k": 1}).propose(request())
    assert proposal.calls[0].arguments == {"hour": 7}
    assert proposal.usage.prompt_tokens == 3
    assert "stream" not in server.bodies[0]
    assert server.bodies[0]["top_k"] == 1


def test_calls_with_a_repeated_index_stay_apart(server: Any) -> None:
    calls = [{"index": 0, "id": name, "function": {"name": "set_alarm", "arguments": '{"hour": 7}'}} for name in "ab"]
    chunks = [{"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]} for call in calls]
    server.replies = [server.stream(*chunks, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})]
    assert len(model(server).propose(request()).calls) == 2


def test_usage_and_price(server: Any) -> None:
    details = {"cached_tokens": 40}
    server.replies = [
        server.calls(("set_alarm", {"hour": 7}), prompt_tokens=100, completion_tokens=10, prompt_tokens_details=details)
    ]
    usage = model(server, price_in=2.0, price_out=30.0).propose(request()).usage
    assert (usage.prompt_tokens, usage.cached_tokens, usage.decoded_tokens) == (100, 40, 10)
    assert usage.cost_usd == (100 * 2.0 + 10 * 30.0) / 1e6
    assert usage.bytes_out == server.sizes[0]
    assert usage.bytes_in > 0


def test_without_reported_usage_the_cost_is_an_upper_bound(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}))]
    usage = model(server, price_in=1.0, price_out=1.0).propose(request()).usage
    assert usage.prompt_tokens == 0
    assert usage.cost_usd == (usage.bytes_out + usage.bytes_in) / 1e6


def test_the_sent_text_is_what_was_sent(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}))]
    remote = model(server)
    text = remote.sent_text(request())
    remote.propose(request())
    assert json.loads(text) == server.bodies[0]
    assert len(text.encode()) == server.sizes[0]


def test_the_conversation_keeps_only_answered_calls_as_calls(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 8}))]
    model(server).propose(
        request(
            Message(role="user", content="wake me"),
            Message(role="assistant", calls=(ToolCall(id="1", name="set_alarm", arguments={"hour": 25}),)),
            Message(role="user", content="25 is no hour"),
            Message(role="assistant", calls=(ToolCall(id="2", name="set_alarm", arguments={"hour": 7}),)),
            Message(role="tool", content="set", call_id="2", name="set_alarm"),
        )
    )
    _, rejected, _, accepted, result = server.bodies[0]["messages"]
    assert "tool_calls" not in rejected
    assert '"hour": 25' in rejected["content"]
    assert accepted["tool_calls"][0]["id"] == result["tool_call_id"] == "call00002"


def test_several_candidates(server: Any) -> None:
    def choice(index: int, hour: int) -> dict[str, Any]:
        call = {"id": "x", "function": {"name": "set_alarm", "arguments": json.dumps({"hour": hour})}}
        return {"index": index, "message": {"tool_calls": [call]}, "finish_reason": "stop"}

    server.replies = [server.page(200, json.dumps({"choices": [choice(0, 7), choice(1, 8)]}))]
    proposal = model(server).propose(request(sampling=Sampling(candidates=2, temperature=0.5, seed=3, top_p=0.9)))
    assert (server.bodies[0]["n"], server.bodies[0]["seed"], server.bodies[0]["top_p"]) == (2, 3, 0.9)
    assert [one.calls[0].arguments["hour"] for one in (proposal, *proposal.others)] == [7, 8]


# token probabilities ---------------------------------------------------------------------------------------------


def chance(token: str, logprob: float, *others: tuple[str, float]) -> dict[str, Any]:
    listed = [{"token": token, "logprob": logprob}, *({"token": text, "logprob": p} for text, p in others)]
    return {"token": token, "logprob": logprob, "bytes": list(token.encode()), "top_logprobs": listed}


def test_token_probabilities_become_decision_points(server: Any) -> None:
    tokens = [
        chance('{"name": "', -0.5),
        chance("set", -0.1, ("del", -2.5)),
        chance("_alarm", -3.0),
        chance('", "arguments": {"hour": ', -0.2),
        chance("7", -0.7, ("8", -0.9)),
        chance("}}", -0.3),
    ]
    text = "".join(token["token"] for token in tokens)
    server.replies = [server.text(text, logprobs=tokens)]
    other = ToolSpec(name="delete_alarm")
    proposal = model(server).propose(request().model_copy(update={"tools": (ALARM, other)}))
    assert proposal.confidence_known
    assert [(point.field, point.text) for point in proposal.points] == [("tool", "set"), ("0.hour", "7")]
    tool, hour = proposal.points
    assert (round(tool.p, 3), round(tool.mass, 3)) == (0.917, 0.987)
    assert round(hour.p, 3) == 0.497
    assert round(hour.margin, 3) == 0.090
    assert [one.text for one in hour.alternatives] == ["8"]
    assert server.bodies[0]["logprobs"] is True


def test_what_the_options_force_is_no_decision(server: Any) -> None:
    light = ToolSpec(
        name="light",
        parameters={
            "type": "object",
            "properties": {"on": {"type": "boolean"}, "room": {"type": "string", "enum": ["bath", "bathroom", "hall"]}},
        },
    )
    tokens = [
        chance('{"name":"', -0.5),
        chance("light", -5.0, ("lamp", -0.1)),
        chance('","arguments":{"on":', -0.5),
        chance("tr", -0.7, ("fal", -1.2), ("nu", -0.1)),
        chance("ue", -4.0),
        chance(',"room":"', -0.1),
        chance("ba", -2.0, ("ki", -0.3), ("ha", -2.0)),
        chance("th", -3.0),
        chance('"', -1.0, ("room", -1.0)),
        chance("}}", -1.0),
    ]
    server.replies = [server.text("".join(token["token"] for token in tokens), logprobs=tokens)]
    asked = request(controls=()).model_copy(update={"tools": (light,)})
    proposal = model(server).propose(asked)
    assert proposal.calls[0].arguments == {"on": True, "room": "bath"}
    found = [(point.field, point.text, round(point.p, 2)) for point in proposal.points]
    assert found == [("0.on", "tr", 0.62), ("0.room", "ba", 0.5), ("0.room", '"', 0.5)]


def test_probabilities_of_prose_say_nothing_of_a_call(server: Any) -> None:
    server.replies = [server.text("Done.", logprobs=[chance("Done.", -0.2)])]
    proposal = model(server).propose(request())
    assert proposal.points == ()
    assert not proposal.confidence_known


# a server that understands less ----------------------------------------------------------------------------------


def test_what_the_server_refuses_is_taken_away_and_remembered(server: Any) -> None:
    server.replies = [
        server.error(400, "logprobs is not supported with tools + stream"),
        server.error(422, "Unknown field: stream_options"),
        server.error(400, "tool_choice 'required' is not supported"),
        server.error(400, "Use max_completion_tokens instead of max_tokens"),
        server.calls(("set_alarm", {"hour": 7})),
    ]
    remote = model(server)
    proposal = remote.propose(request())
    assert proposal.calls[0].name == "set_alarm"
    last = server.bodies[-1]
    assert "logprobs" not in last
    assert "stream_options" not in last
    assert last["tool_choice"] == "auto"
    assert "max_tokens" not in last
    assert last["max_completion_tokens"] == 512
    assert proposal.usage.bytes_out == sum(server.sizes)
    remote.propose(request())
    assert server.bodies[-1] == last


def test_a_server_without_tools_is_asked_for_json_then_for_text(server: Any) -> None:
    server.replies = [
        server.error(500, "tools param requires --jinja flag"),
        server.error(400, "unknown response format"),
        server.error(422, "unknown response format"),
        server.text('{"calls": [{"name": "set_alarm", "arguments": {"hour": 7}}]}'),
    ]
    assert model(server).propose(request()).calls[0].arguments == {"hour": 7}
    assert "tools" in server.bodies[0]
    assert server.bodies[1]["response_format"]["json_schema"]["schema"]["required"] == ["calls"]
    assert server.bodies[2]["response_format"]["type"] == "json_object"
    assert server.bodies[2]["response_format"]["schema"]["required"] == ["calls"]
    assert "response_format" not in server.bodies[3]
    assert "set_alarm" in server.bodies[3]["messages"][0]["content"]


def test_prose_where_json_was_asked_for_is_garbled(server: Any) -> None:
    server.replies = [server.text("Of course, I will do that.")]
    error = fault(server, output="text")
    assert error.status == "garbled"
    assert "not the JSON that was asked for" in error.message


def test_a_chosen_output_mode_is_kept(server: Any) -> None:
    server.replies = [server.error(400, "no tools here")]
    error = fault(server, output="tools")
    assert error.status == "refused"
    assert len(server.bodies) == 1


# a server that fails ---------------------------------------------------------------------------------------------


def test_a_port_where_nobody_listens_is_down(server: Any) -> None:
    server.close()
    error = fault(server)
    assert error.status == "down"
    assert "cannot connect" in error.message
    assert error.bytes_out == 0


def test_500_then_ok_is_retried(server: Any) -> None:
    naps = Naps()
    server.replies = [server.page(500, "oops", "text/plain"), server.calls(("set_alarm", {"hour": 7}))]
    proposal = model(server, retries=2, sleep=naps).propose(request())
    assert proposal.calls[0].name == "set_alarm"
    assert naps.taken == [0.5]
    assert proposal.usage.bytes_out == sum(server.sizes)


def test_retries_are_bounded_and_the_wait_grows(server: Any) -> None:
    naps = Naps()
    server.replies = [server.error(503, "busy")]
    error = fault(server, retries=2, sleep=naps)
    assert error.status == "down"
    assert error.attempts == 3
    assert "503: busy" in error.message
    assert naps.taken == [0.5, 1.0]


def test_retry_after_is_honoured(server: Any) -> None:
    naps = Naps()
    server.replies = [server.error(429, "slow down", retry_after="3"), server.calls(("set_alarm", {"hour": 7}))]
    assert model(server, retries=1, sleep=naps).propose(request()).calls
    assert naps.taken == [3.0]


def test_a_retry_after_beyond_the_deadline_gives_up_at_once(server: Any) -> None:
    naps = Naps()
    server.replies = [server.error(429, "slow down", retry_after="3600")]
    error = fault(server, retries=5, sleep=naps)
    assert error.status == "down"
    assert "would miss the deadline" in error.message
    assert naps.taken == []


def test_the_deadline_counts_the_waits_too(server: Any) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    server.replies = [server.error(429, "slow down", retry_after="4")]
    error = fault(server, retries=9, deadline_s=10.0, sleep=sleep, clock=lambda: now[0])
    assert len(server.bodies) == 3
    assert error.attempts == 3


def test_an_empty_account_is_not_retried(server: Any) -> None:
    server.replies = [server.error(429, "You exceeded your current quota", "insufficient_quota")]
    error = fault(server, retries=3, sleep=Naps())
    assert (error.status, error.attempts) == ("refused", 1)


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_refusal_is_final(server: Any, code: int) -> None:
    server.replies = [server.error(code, "no")]
    error = fault(server, retries=3)
    assert (error.status, error.attempts) == ("refused", 1)
    assert str(code) in error.message


def test_a_redirect_is_refused(server: Any) -> None:
    server.replies = [server.page(307, "", location=f"{server.url}/elsewhere")]
    error = fault(server, retries=3)
    assert error.status == "refused"
    assert "redirects are refused" in error.message
    assert len(server.bodies) == 1


def test_an_html_page_is_garbled(server: Any) -> None:
    server.replies = [server.page(200, "<html><body>Log in to the hotel</body></html>", "text/html")]
    error = fault(server, retries=3)
    assert error.status == "garbled"
    assert "text/html" in error.message
    assert error.attempts == 1


def test_a_stream_cut_without_a_finish_reason_is_garbled(server: Any) -> None:
    whole = {"choices": [{"index": 0, "delta": {"content": '{"calls": []}'}, "finish_reason": None}]}
    server.replies = [server.stream(whole, done=False)]
    error = fault(server)
    assert error.status == "garbled"
    assert "without a finish_reason" in error.message
    assert error.received == '{"calls": []}'


def test_a_connection_that_breaks_mid_answer_is_garbled_and_retried(server: Any) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": "I"}, "finish_reason": None}]}
    server.replies = [server.stream(chunk, done=False, length=10_000), server.calls(("set_alarm", {"hour": 7}))]
    assert fault(server).status == "garbled"
    assert model(server, retries=1, sleep=Naps()).propose(request()).calls[0].name == "set_alarm"


def test_an_answer_at_the_token_limit_is_garbled(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}), finish="length")]
    error = fault(server)
    assert error.status == "garbled"
    assert "token limit" in error.message


@pytest.mark.parametrize("arguments", ['{"hour": 7', "7", "[]", '{"hour": NaN}', "null", "[" * 100_000])
def test_arguments_that_are_no_json_object_are_garbled(server: Any, arguments: str) -> None:
    server.replies = [server.calls(("set_alarm", arguments))]
    error = fault(server, retries=3)
    assert error.status == "garbled"
    assert "not a JSON object" in error.message


@pytest.mark.parametrize("chunk", ["{not json", '{"choices": 3}', "[]", '{"choices": [null]}', "null"])
def test_garbage_in_the_stream_is_garbled(server: Any, chunk: str) -> None:
    server.replies = [server.stream(chunk)]
    assert fault(server).status == "garbled"


def test_text_that_is_truncated_json_is_garbled(server: Any) -> None:
    server.replies = [server.text('{"calls": [{"name": "set_al')]
    assert fault(server).status == "garbled"


def test_an_empty_answer_is_garbled(server: Any) -> None:
    server.replies = [server.text("")]
    assert fault(server).status == "garbled"


def test_an_error_inside_the_stream_is_down(server: Any) -> None:
    server.replies = [server.stream({"error": {"message": "out of memory"}})]
    error = fault(server)
    assert error.status == "down"
    assert "out of memory" in error.message


def test_a_content_filter_is_a_refusal(server: Any) -> None:
    server.replies = [server.text("I", finish="content_filter")]
    assert fault(server).status == "refused"


def test_an_unknown_tool_is_left_to_the_verifiers(server: Any) -> None:
    server.replies = [server.calls(("launch_rocket", {}))]
    assert model(server).propose(request()).calls[0].name == "launch_rocket"


def test_a_control_that_was_not_offered_is_garbled(server: Any) -> None:
    server.replies = [server.calls(("defer", {}))]
    assert "was not offered" in fault(server).message


def test_a_control_beside_calls_and_too_many_calls_are_garbled(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}), ("ask", {"question": "?"}))]
    assert "mixes a control" in fault(server).message
    server.replies = [server.calls(*[("set_alarm", {"hour": 7})] * 9)]
    assert "9 calls where at most 4 are legal" in fault(server).message


def test_a_prompt_too_long_is_its_own_error(server: Any) -> None:
    server.replies = [server.error(400, "This model's maximum context length is 8192 tokens")]
    with pytest.raises(ContextOverflowError, match="does not fit the remote model"):
        model(server).propose(request())


# time ------------------------------------------------------------------------------------------------------------


def test_a_silent_server_meets_the_deadline(server: Any) -> None:
    server.replies = [server.hang]
    start = time.monotonic()
    error = fault(server, deadline_s=0.2, retries=3)
    assert error.status == "timeout"
    assert time.monotonic() - start < 3.0
    assert error.bytes_out == server.sizes[0]
    assert error.message == "no whole answer within the deadline of 0.2 s"
    assert "deadline_s" in error.hint


def test_the_last_attempt_gives_the_deadline_of_them_all(server: Any) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += 9.8

    server.replies = [server.error(429, "slow down"), server.hang]
    error = fault(server, retries=3, deadline_s=10.0, sleep=sleep, clock=lambda: now[0])
    assert error.status == "timeout"
    assert error.message == "no whole answer within the deadline of 10 s in 2 attempts"


def test_attempts_that_all_fail_are_counted(server: Any) -> None:
    server.replies = [server.error(503, "busy")]
    error = fault(server, retries=2, sleep=Naps())
    assert error.message == "the server answered 503: busy (3 attempts)"


def test_a_stream_that_stalls_meets_the_deadline(server: Any) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": "I"}, "finish_reason": None}]}
    server.replies = [server.stream(chunk, done=False, hang=True)]
    error = fault(server, deadline_s=0.3)
    assert error.status == "timeout"
    assert error.received in {"", "I"}


def test_a_cancel_ends_the_wait(server: Any) -> None:
    server.replies = [server.hang]
    cancel = Cancel()
    threading.Timer(0.1, cancel.set).start()
    with pytest.raises(Cancelled):
        model(server).propose(request(), cancel=cancel)


def test_threads_may_share_a_model(server: Any) -> None:
    server.replies = [server.calls(("set_alarm", {"hour": 7}))]
    remote = model(server)
    usages: list[int] = []
    threads = [
        threading.Thread(target=lambda: usages.append(remote.propose(request()).usage.bytes_out)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert usages == server.sizes


# set-up ----------------------------------------------------------------------------------------------------------


def test_the_hosted_default_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    with pytest.raises(WiringError, match="no key for https://api"):
        RemoteModel("big", api_key_env="SOME_KEY")


@pytest.mark.parametrize(
    ("base_url", "named", "sent"),
    [
        ("https://api.openai.com/v1", None, "Bearer hosted-key"),
        ("https://API.openai.com:443/v1/", None, "Bearer hosted-key"),
        ("http://api.openai.com/v1", None, "Bearer none"),
        ("https://api.openai.com:8443/v1", None, "Bearer none"),
        ("https://api.openai.com.evil.example/v1", None, "Bearer none"),
        ("https://api.openai.com@evil.example/v1", None, "Bearer none"),
        ("https://other.example/v1", None, "Bearer none"),
        ("http://127.0.0.1:8080/v1", None, "Bearer none"),
        ("https://other.example/v1", "OTHER_KEY", "Bearer other-key"),
        ("https://other.example/v1", "OPENAI_API_KEY", "Bearer hosted-key"),
    ],
)
def test_the_key_of_the_hosted_service_goes_to_no_other_server(
    base_url: str, named: str | None, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "hosted-key")
    monkeypatch.setenv("OTHER_KEY", "other-key")
    made = RemoteModel.from_config(RemoteConfig(model="big", base_url=base_url, api_key_env=named))
    assert made._client.auth_headers == {"Authorization": sent}  # pyright: ignore[reportPrivateUsage]
    made.close()


def test_a_server_that_names_no_key_is_sent_none(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "hosted-secret")
    server.replies = [server.calls(("set_alarm", {"hour": 7}))]
    model(server).propose(request())
    assert "secret" not in json.dumps(server.headers[0])


def test_another_server_learns_nothing_of_the_hosted_account(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "admin-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-gate: header-secret")
    server.replies = [server.calls(("set_alarm", {"hour": 7}))]
    model(server).propose(request())
    assert "secret" not in json.dumps(server.headers[0])
