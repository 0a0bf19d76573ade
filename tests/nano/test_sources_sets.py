# pyright: reportUnknownVariableType=false
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from agentkit.errors import WiringError
from agentkit.nano import sources
from agentkit.nano.rows import Shard, load_shard
from agentkit.nano.sources import dialogues, expressions, functions, home, phone, selection, slots
from agentkit.nano.sources import programs as programs_module


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def put_lines(path: Path, *records: Any) -> None:
    put(path, "".join(json.dumps(record) + "\n" for record in records))


def put_csv(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def pairs(shard: Shard) -> list[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    return [(row.messages[-1].content, [(call.name, dict(call.arguments)) for call in row.calls]) for row in shard.rows]


def test_pythonic_fc_keeps_what_the_request_says(tmp_path: Path) -> None:
    doc = '"""Waters a plant.\n    :param plant: The plant.\n    """'
    schema = f"def water(plant: str, litres: float = 1.0) -> str:\n    {doc}"
    trace = [
        {"query": "Give the fern 2.5 litres"},
        {"function_call": "water(plant='fern', litres=2.5)"},
        {"query": "Now water the tall one"},
        {"function_call": "water('orchid')"},
        {"query": "Thanks a lot!"},
        {"function_call": "water(plant='fern')"},
    ]
    put(tmp_path / functions._PYTHONIC, [{"function_schemas": [schema], "trace": trace}])
    shard = functions.pythonic_fc(tmp_path)
    parameters = shard.tools["0/water"].spec.parameters
    assert parameters["required"] == ["plant"]
    assert parameters["properties"]["plant"]["description"] == "The plant"
    assert pairs(shard) == [
        ("Give the fern 2.5 litres", [("0/water", {"plant": "fern", "litres": 2.5})]),
        ("Now water the tall one", [("0/water", {})]),
    ]


def test_seal_tools_keeps_rows_of_several_calls(tmp_path: Path) -> None:
    tool = {"api_description": "Bake.", "field": "Food/Bread", "parameters": {"loaves": {"type": "int"}}}
    put_lines(tmp_path / "tool_no_ood.jsonl", {"api_name": "bake", **tool}, {"api_name": "slice", **tool})
    calling = [{"api": "bake", "parameters": {"loaves": 2}}, {"api": "slice", "parameters": {"loaves": 2}}]
    nested = [{"api": "bake", "parameters": {"loaves": "API_call_0"}}]
    rows = ({"query": "two loaves, sliced", "calling": calling}, {"query": "as many", "calling": nested})
    put_lines(tmp_path / "dev.jsonl", *rows)
    shard = functions.seal_tools(tmp_path)
    assert pairs(shard) == [("two loaves, sliced", [("bake", {"loaves": 2}), ("slice", {"loaves": 2})])]
    assert shard.tools["bake"].group == "Food"


def test_api_bank_reads_the_api_that_was_found(tmp_path: Path) -> None:
    found = {
        "name": "Tides",
        "description": "Tide times.",
        "input_parameters": {"port": {"type": "str", "description": "x"}},
    }
    head = "User: tides in Hull pleaseTIME: 2031-01-02 03:04:05\n"
    text = f"{head}API-Request: [ToolSearcher(keywords='t')]->{found}\nGenerate"
    record = {"input": text, "output": "API-Request: [Tides(port='Hull')]"}
    put(tmp_path / "history/training-data/lv3-train.json", [record])
    shard = functions.api_bank(tmp_path)
    assert pairs(shard) == [("tides in Hull please", [("Tides", {"port": "Hull"})])]
    assert shard.rows[0].facts == ("now 2031-01-02 03:04:05",)


def test_glaive_turns_without_a_call_fit_no_tool(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tools = json.dumps([{"name": "map", "description": "Shows a map", "parameters": schema}])
    called = [
        {"from": "human", "value": "map of Bath"},
        {"from": "function_call", "value": json.dumps({"name": "map", "arguments": {"city": "Bath"}})},
    ]
    talked = [{"from": "human", "value": "write a poem"}, {"from": "gpt", "value": "I cannot do that."}]
    chats = [{"tools": tools, "conversations": turns} for turns in (called, talked)]
    put(tmp_path / "data/glaive_toolcall_en_demo.json", chats)
    shard = functions.glaive(tmp_path)
    assert pairs(shard) == [("map of Bath", [("0/map", {"city": "Bath"})]), ("write a poem", [])]
    assert shard.rows[1].offered == ("1/map",)


def test_droidcall_takes_types_from_the_values(tmp_path: Path) -> None:
    folder = tmp_path / "history_2b63f2c/data"
    put_lines(
        folder / "intents.jsonl",
        {
            "action": "ALARM",
            "desc": "To set an alarm, use it.",
            "uri": "None",
            "extras": {"HOUR": "the hour", "OUT": "where"},
        },
    )
    row = {"query": "alarm at 7", "intent": "ALARM", "uri": "None", "extras": {"HOUR": 7, "OUT": "content://made/up"}}
    put_lines(folder / "machine_generated.jsonl", row)
    shard = phone.droidcall(tmp_path)
    assert shard.tools["ALARM"].spec.parameters["properties"]["HOUR"] == {"type": "integer", "description": "the hour"}
    assert pairs(shard) == [("alarm at 7", [("ALARM", {"HOUR": 7})])]


def test_rma_uses_the_rewritten_query_and_keeps_refusals(tmp_path: Path) -> None:
    api = {
        "plan": "open_door",
        "description": "Opens a door.",
        "arguments": {"door": {"type": "str", "required": True}},
    }
    put_lines(tmp_path / "apis/droidcall_apis.jsonl", api)
    put(tmp_path / "apis/api_v3.0.1.jsonl", "")
    follow = {"conversation_history": ["x"], "query": "open it", "rewrited_query": "open the oak door"}
    rows = (
        {**follow, "answer": {"plan": "open_door", "arguments": {"door": "oak door"}}},
        {"query": "sing a song", "answer": {"plan": "N/A", "arguments": {}}},
        {"query": "no door", "answer": {"plan": "open_door", "arguments": {}}},
        {"query": "junk", "answer": {"plan": "plan", "arguments": {}}},
    )
    put_lines(tmp_path / "datasets/a.jsonl", *rows)
    assert sorted(pairs(phone.rma_mobile(tmp_path))) == [
        ("open the oak door", [("open_door", {"door": "oak door"})]),
        ("sing a song", []),
    ]


def test_snips_joins_the_parts_and_marks_slots(tmp_path: Path) -> None:
    data = [{"text": "play "}, {"text": "jazz", "entity": "genre"}, {"text": " now"}]
    other = [[{"text": text}] for text in ("play a", "play b")]
    rows = [{"data": data}, *({"data": parts} for parts in other)]
    put(tmp_path / "2017-06-custom-intent-engines/PlayMusic/train_PlayMusic_full.json", {"PlayMusic": rows})
    shard = slots.snips(tmp_path)
    assert pairs(shard)[0] == ("play jazz now", [("PlayMusic", {"genre": "jazz"})])
    assert shard.tools["PlayMusic"].spec.description.startswith("Play music")


def test_hwu64_and_slurp_read_bracketed_slots(tmp_path: Path) -> None:
    texts = ["wake me at [time : nine am]", "wake me", "wake me up"]
    rows = [{"scenario": "alarm", "intent": "set", "answer_annotation": text} for text in texts]
    put_csv(tmp_path / slots._HWU / "alarm_set.csv", rows, ";")
    assert pairs(slots.hwu64(tmp_path))[0] == ("wake me at nine am", [("alarm_set", {"time": "nine am"})])
    shared = {"intent": "alarm_set", "scenario": "alarm"}
    lines = [
        {"sentence": text.replace("[time : nine am]", "nine am"), "sentence_annotation": text, **shared}
        for text in texts
    ]
    put_lines(tmp_path / "dataset/slurp/devel.jsonl", *lines)
    assert pairs(slots.slurp(tmp_path))[0] == ("wake me at nine am", [("alarm_set", {"time": "nine am"})])


def test_top_slots_are_read_at_the_top_level(tmp_path: Path) -> None:
    parse = "[IN:CREATE_REMINDER remind me [SL:TODO to [IN:CALL call [SL:CONTACT mum ] ] ] ]"
    rows = [{"en_query": f"remind me to call mum{end}", "en_parse": parse} for end in ("", " now", " soon")]
    for part in ("train", "validation", "test"):
        path = tmp_path / "Dataset/Human Annotated Data" / f"{part}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        put(
            path, "\t".join(rows[0]) + "\n" + "".join("\t".join(row.values()) + "\n" for row in rows if part == "train")
        )
    shard = slots.hinglish_top(tmp_path)
    assert shard.share_alike
    assert pairs(shard)[0] == ("remind me to call mum", [("create_reminder", {"todo": "to call mum"})])


def test_lu_files_give_intents_with_slots(tmp_path: Path) -> None:
    text = "> comment\n# BookRoom\n- book {room=the blue room} now\n- book a room\n- rooms please\n# None\n- hello\n"
    put(tmp_path / "skills/en-us/Rooms.lu", text)
    assert pairs(slots.botframework(tmp_path))[0] == (
        "book the blue room now",
        [("BookRoom", {"room": "the blue room"})],
    )


def test_sgd_gives_the_values_of_one_turn_in_a_schema_version(tmp_path: Path) -> None:
    def schema(prefix: str) -> dict[str, Any]:
        names = [f"{prefix}city", f"{prefix}indoor"]
        made = [
            {"name": names[0], "description": "where", "is_categorical": False, "possible_values": []},
            {"name": names[1], "description": "roof", "is_categorical": True, "possible_values": ["True", "False"]},
        ]
        intent = {
            "name": f"{prefix}FindPool",
            "description": "finds pools",
            "required_slots": names[:1],
            "optional_slots": names[1:],
        }
        return {"service_name": "Pools_1", "slots": made, "intents": [intent]}

    acts = [
        {"act": "INFORM_INTENT", "slot": "intent", "values": ["FindPool"]},
        {"act": "INFORM", "slot": "city", "values": ["Ulm"]},
        {"act": "INFORM", "slot": "indoor", "values": ["covered"]},
    ]
    frame = {"service": "Pools_1", "actions": acts, "state": {"slot_values": {"city": ["Ulm"], "indoor": ["True"]}}}
    turns = [{"speaker": "USER", "utterance": "a covered pool in Ulm", "frames": [frame]}]
    for part in ("train", "dev"):
        put(tmp_path / part / "schema.json", [schema("")] if part == "train" else [])
        put(tmp_path / part / "dialogues_001.json", [{"turns": turns}] if part == "train" else [])
    put(tmp_path / "sgd_x/data/v1/train/schema.json", [schema("x_")])
    shard = dialogues.sgd(tmp_path)
    assert shard.tools["Pools_1/0/1"].spec.name == "x_FindPool"
    assert pairs(shard) == [("a covered pool in Ulm", [("Pools_1/0/1", {"x_city": "Ulm", "x_indoor": True})])]


def test_star_shows_the_turns_that_hold_the_values(tmp_path: Path) -> None:
    fields = [{"Name": "Day", "Type": "String"}, {"Name": "Seats", "Type": "Integer"}]
    put(tmp_path / "apis/boat_book.json", {"input": fields})
    events = [
        {"Action": "utter", "Agent": "User", "Text": "A boat for Friday"},
        {"Action": "utter", "Agent": "User", "Text": "we are 6"},
        {
            "Action": "query",
            "Agent": "Wizard",
            "APIName": "boat_book",
            "Constraints": [{"Day": '"Friday"'}, {"Seats": '"6"'}],
        },
    ]
    put(tmp_path / "dialogues/1.json", {"Events": events})
    shard = dialogues.star(tmp_path)
    assert pairs(shard) == [("we are 6", [("boat_book", {"Day": "Friday", "Seats": 6})])]
    assert shard.rows[0].messages[0].content == "A boat for Friday"


def test_taskmaster_keeps_single_grounded_calls(tmp_path: Path) -> None:
    notes = [
        {"name": "api_call", "value": "get_menu", "context": "0"},
        {"name": "request", "value": '{"query": "Mocha"}', "context": "0"},
    ]
    turn = {"speaker": "user", "text": "a mocha please", "annotations": notes}
    put(tmp_path / "TM-4-2024/data/a.json", [{"utterances": [turn, {**turn, "text": "that one"}]}])
    assert pairs(dialogues.taskmaster4(tmp_path)) == [("a mocha please", [("get_menu", {"query": "Mocha"})])]


def test_home_llm_fills_templates(tmp_path: Path) -> None:
    piles = tmp_path / home._PILES
    put_csv(piles / "pile_of_device_names.csv", [{"device_name": "fan.den", "description": "Den Fan"}])
    action = {"device_type": "fan", "service": "turn_on", "phrase": "start the <device_name>", "multiplier": "1"}
    put_csv(piles / "pile_of_templated_actions.csv", [action])
    specific = {"service_name": "fan.turn_off", "device_name": "den_fan", "phrase": "Stop the den fan"}
    put_csv(piles / "pile_of_specific_actions.csv", [specific])
    found = pairs(home.home_llm(tmp_path))
    assert found[0][0].lower() == "start the den fan"
    assert found[1] == ("Stop the den fan", [("fan.turn_off", {"device": "den fan"})])


def test_ohf_takes_the_tests_as_rows(tmp_path: Path) -> None:
    put(
        tmp_path / "intents.yaml",
        "HassTimer:\n  description: Starts a timer\n  slots:\n    minutes:\n      description: how long\n",
    )
    put(
        tmp_path / "tests/en/HassTimer/a.yaml",
        "tests:\n  - sentences: ['timer for 5 minutes']\n    slots:\n      minutes: 5\n",
    )
    assert pairs(home.ohf_intents(tmp_path)) == [("timer for 5 minutes", [("HassTimer", {"minutes": 5})])]


def test_metatool_clinc_and_banking_give_selection_rows(tmp_path: Path) -> None:
    put(tmp_path / "dataset/plugin_des.json", {"Chef": "Finds recipes."})
    put(tmp_path / "dataset/big_tool_des.json", {"Bard": "Writes songs."})
    put_csv(
        tmp_path / "dataset/data/all_clean_data.csv", [{"Query": q, "Tool": "Chef"} for q in ("a soup", "[x] soup")]
    )
    put(tmp_path / "dataset/data/multi_tool_query_golden.json", [{"query": "cook and sing", "tool": ["Chef", "Bard"]}])
    assert pairs(selection.metatool(tmp_path)) == [
        ("a soup", [("Chef", {})]),
        ("cook and sing", [("Chef", {}), ("Bard", {})]),
    ]
    parts = {"train": [["my balance", "balance"]], "oos_train": [["the moon", "oos"]], "oos_val": []}
    put(tmp_path / "data_full_no_test.json", parts)
    put(tmp_path / "domains.json", {"bank": ["balance"]})
    clinc = selection.clinc150(tmp_path)
    assert pairs(clinc) == [("my balance", [("balance", {})]), ("the moon", [])]
    assert clinc.tools["balance"].group == "bank"
    put_csv(tmp_path / "banking_data/train.csv", [{"text": "lost my card", "category": "lost_card"}])
    assert pairs(selection.banking77(tmp_path)) == [("lost my card", [("lost_card", {})])]


def test_thingpedia_fills_placeholders_of_single_calls(tmp_path: Path) -> None:
    start = "$dialogue @org.thingpedia.dialogue.transaction . execute ; "
    programs = (
        ("post QUOTED_STRING_0 !", "@com.birds . post ( status = QUOTED_STRING_0 ) ;"),
        ("birds under NUMBER_0 grams", "@com.birds . list ( ) filter weight <= NUMBER_0 g ;"),
        ("tell me when birds come", "monitor ( @com.birds . list ( ) ) ;"),
    )
    lines = [f"id\tnull\t{text}\t{start}{program}" for text, program in programs]
    put(tmp_path / "universe/birds/eval/paraphrase.tsv", "\n".join(lines))
    (posted, one), (listed, other) = pairs(programs_module.thingpedia(tmp_path))
    assert one[0][0] == "com.birds/post"
    assert posted == f"post {one[0][1]['status']}!"
    assert listed == f"birds under {other[0][1]['max_weight']} grams"


def test_typeagent_reads_actions_with_their_sample_phrases(tmp_path: Path) -> None:
    text = """
// Opens a gate.
// Sample phrases:
//   - "open the north gate"
export type OpenGateAction = {
    actionName: "openGate";
    parameters: {
        // Which gate.
        gate: "north" | "south";
        force?: boolean;
    };
};
"""
    put(tmp_path / "agents/gateSchema.ts", text)
    action = {"fullActionName": "gate.openGate", "parameters": {"gate": "south", "force": True}}
    put(tmp_path / "explanations/player/v5/full.json", {"entries": [{"request": "the south gate", "action": action}]})
    shard = programs_module.typeagent(tmp_path)
    assert shard.tools["gate/openGate"].spec.description == "Opens a gate"
    assert shard.tools["gate/openGate"].spec.parameters["required"] == ["gate"]
    assert pairs(shard) == [
        ("open the north gate", [("gate/openGate", {})]),
        ("the south gate", [("gate/openGate", {"gate": "south", "force": True})]),
    ]


def test_recognizers_give_values_at_a_stated_moment(tmp_path: Path) -> None:
    value = {"timex": "2019-01-04", "type": "date", "value": "2019-01-04"}
    dated = {
        "Input": "back on 4 Jan",
        "Context": {"ReferenceDateTime": "2018-11-07T00:00:00"},
        "Results": [{"Text": "4 Jan", "TypeName": "datetimeV2.date", "Resolution": {"values": [value]}}],
    }
    two = {**dated, "Results": [*dated["Results"], *dated["Results"]]}
    put(tmp_path / "Specs/DateTime/English/DateTimeModel.json", [dated, two])
    aged = {"Input": "8 months old", "Results": [{"Text": "8 months", "Resolution": {"value": "8", "unit": "Month"}}]}
    put(tmp_path / "Specs/NumberWithUnit/English/AgeModel.json", [aged])
    shard = expressions.recognizers(tmp_path)
    assert pairs(shard) == [
        ("back on 4 Jan", [("note_date", {"day": "2019-01-04"})]),
        ("8 months old", [("note_age", {"amount": 8, "unit": "Month"})]),
    ]
    assert shard.rows[0].facts == ("now: 2018-11-07T00:00",)


def test_a_shard_reads_as_it_was_written(tmp_path: Path) -> None:
    shard = Shard("made", "MIT", share_alike=True)
    shard.tool("a", "Does a", {"x": {"type": "integer"}}, required=["x", "absent"], group="g", wordings=["A it"])
    shard.ask("do  a\nwith 3", [("a", {"x": 3})], facts=["now"], offered=["a"])
    loaded = load_shard(shard.save(tmp_path))
    assert loaded == shard
    assert loaded.rows[0].messages[0].content == "do a with 3"
    assert loaded.tools["a"].spec.parameters["required"] == ["x"]


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    for name in ("snips", "tldr"):
        with pytest.raises(WiringError, match=name):
            sources.convert(name, tmp_path, tmp_path)


def test_no_scoreboard_can_be_converted() -> None:
    assert not [name for name in sources.all_names() if "bfcl" in name.lower()]
