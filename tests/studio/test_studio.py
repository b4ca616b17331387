"""The studio's server: who gets in, what may be changed, takes, locks, charts, exports, many at once, and the end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from jazzgram import JazzgramError, Note, Pipeline, Solo
from jazzgram.cli import studio as studio_command
from jazzgram.config.check import load
from jazzgram.config.files import locate
from jazzgram.hooks.token_model import Epoch
from jazzgram.music.note import Origin
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import StepCall, Trace

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")
pytest.importorskip("httpx", reason="it is the tests' client")

import httpx
import midi_files
from studio_client import HOME, PORT, TICKET, TOKEN, InThisProcess, client_at, other_client

from jazzgram.resources.registry import CorpusNotAvailable
from jazzgram.studio.charts import MOST_BYTES, MOST_TAKE_BARS, Choice, read_dropped_chart, read_tunes
from jazzgram.studio.edit import EditError, check_reach, from_yaml, to_yaml
from jazzgram.studio.merge_bars import merge_bars
from jazzgram.studio.numbers import numbers
from jazzgram.studio.progress import Progress
from jazzgram.studio.recipe import Recipe
from jazzgram.studio.serve import serve_studio
from jazzgram.studio.session import Session
from jazzgram.studio.worker import Worker

SETTINGS = ["model.use=markov", "improvise.bars=4"]
Play = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(locate("blues"), SETTINGS)


@pytest.fixture(scope="module")
def page(session: Session) -> httpx.Client:
    client = other_client(session)
    assert client.get(f"/?token={TOKEN}").status_code == 200
    return client


@pytest.fixture
def edit(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(session.first()))
    return found


@pytest.fixture
def play(page: httpx.Client) -> Play:
    def post(edit: Any, *kept: dict[str, Any]) -> dict[str, Any]:
        answer = page.post("/take", json={"edit": edit, "kept": kept})
        assert answer.status_code == 200, answer.text
        take: dict[str, Any] = answer.json()
        return take

    return post


def bars_of(take: dict[str, Any]) -> list[list[list[int]]]:
    """Return the solo's notes bar by bar."""
    view = take["view"]
    bars: list[list[list[int]]] = [[] for _ in range(view["bars"])]
    for note in view["tracks"][0]["notes"]:
        bars[note[1] // view["bar"]].append(note)
    return bars


# who gets in


def test_the_token_becomes_a_cookie_that_scripts_and_other_sites_do_not_have(session: Session) -> None:
    answer = other_client(session).get(f"/?token={TOKEN}")
    cookie = answer.headers["set-cookie"]
    assert f"jazzgram_studio_{PORT}={TOKEN}" in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-eval" not in answer.headers["content-security-policy"]


def test_the_address_that_a_browser_is_started_with_opens_the_studio_once(session: Session) -> None:
    """Other users of the computer see it in the list of processes."""
    transport = InThisProcess(session)
    answers = []
    for _ in range(2):
        with httpx.Client(transport=transport, base_url=HOME, follow_redirects=True) as browser:
            answers.append(browser.get(f"/?token={TICKET}"))
    assert [answer.status_code for answer in answers] == [200, 403]
    assert f"={TOKEN};" in answers[0].headers["set-cookie"] and TICKET not in answers[0].headers["set-cookie"]


def test_recordings_come_by_their_names_and_no_other_file_does(page: httpx.Client, play: Play, edit: Any) -> None:
    sound = play(edit)["sound"]
    assert "files" not in sound and [part["role"] for part in sound["parts"]] == ["solo", "chords", "bass", "drums"]
    files = {region["file"] for rows in sound["instruments"].values() for region in rows}
    for file in (*files, *(region["file"] for region in sound["room"].values())):
        answer = page.get(f"/sound/{file}.mp3")
        assert answer.status_code == 200 and answer.headers["content-type"] == "audio/mpeg"
        assert len(answer.content) > 1000
    for file in ("piano/nothing.mp3", "..%2f/index.json", "piano/..%2f..%2findex.json", "kit/"):
        assert page.get(f"/sound/{file}").status_code == 404


@pytest.mark.parametrize("address", ["/", "/?token=wrong", "/?token=", "/working", "/assets/studio.js"])
def test_without_the_token_nothing_is_shown(session: Session, address: str) -> None:
    answer = other_client(session).get(address)
    assert answer.status_code == 403
    assert answer.text == "The token is missing: open the address that the terminal shows."


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": f"evil.example:{PORT}"},  # a name that was re-bound to 127.0.0.1
        {"Host": "127.0.0.1"},
        {"Host": f"127.0.0.1:{PORT + 1}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_cannot_drive_it_even_with_the_cookie(session: Session, headers: dict[str, str]) -> None:
    client = other_client(session)
    client.get(f"/?token={TOKEN}")
    assert client.get("/working").status_code == 200
    assert client.post("/take", json={"edit": session.first()}, headers=headers).status_code == 403
    assert client.get("/working", headers=headers).status_code == 403


def test_what_changes_something_must_say_where_it_comes_from(session: Session) -> None:
    client = client_at(HOME, session)
    client.get(f"/?token={TOKEN}")
    assert client.get("/working").status_code == 200  # browsers send no Origin when they only read
    assert client.post("/take", json={"edit": session.first()}).status_code == 403


def test_localhost_is_this_computer_too(session: Session) -> None:
    home = f"http://localhost:{PORT}"
    client = client_at(home, session, Origin=home)
    assert client.get(f"/?token={TOKEN}").status_code == 200
    assert client.post("/take", json={"edit": session.first()}).status_code == 200


def test_no_file_but_the_studio_s_own_is_given(page: httpx.Client) -> None:
    assert page.get("/assets/studio.js").status_code == 200
    for name in ("..%2fapp.py", "%2e%2e/app.py", "app.py", "studio.html"):
        assert page.get(f"/assets/{name}").status_code == 404


# what may be changed


@pytest.mark.parametrize(
    ("change", "key_path"),
    [
        ({"corpus": {"read": "midi", "source": "/etc/passwd"}}, "corpus"),
        ({"model": {"use": "/tmp/evil.py"}}, "model"),
        ({"extends": "/tmp/evil.yaml"}, "extends"),
        ({"write": ["/tmp/evil.py"]}, "write"),
        ({"improvise": {"chart": {"read": "midi", "source": "/etc/passwd"}}}, "improvise.chart"),
        ({"chain": [{"prune_notes": "/tmp/evil.py"}]}, "chain.0.prune_notes"),
        ({"chain": [{"prune_notes": "evil.py", "with": {}}]}, "chain.0.prune_notes"),
        ({"samplers": [{"sample": "../evil.py"}]}, "samplers.0.sample"),
    ],
)
def test_the_page_reaches_neither_files_nor_code(
    page: httpx.Client, edit: dict[str, Any], change: dict[str, Any], key_path: str
) -> None:
    for sent in (edit | change, yaml.safe_dump(edit | change)):
        answer = page.post("/take", json={"edit": sent})
        assert answer.status_code == 422
        assert [mistake["key_path"] for mistake in answer.json()["mistakes"]] == [key_path]


def test_locked_bars_bring_no_code_in_either(page: httpx.Client, edit: dict[str, Any]) -> None:
    kept = [{"seed": 1, "samplers": [{"sample": "/tmp/evil.py"}], "bars": [0]}]
    answer = page.post("/take", json={"edit": edit, "kept": kept})
    assert answer.status_code == 422 and "plugin files" in answer.json()["error"]


def test_a_configuration_s_own_plugin_file_may_stay(tmp_path: Path) -> None:
    (tmp_path / "quiet.py").write_text(
        '"""Play nothing."""\nfrom jazzgram import hookimpl\n\n@hookimpl\ndef prune_notes(notes):\n    return []\n'
    )
    (tmp_path / "own.yaml").write_text("extends: blues\nchain: [{prune_notes: quiet.py}]\n")
    client = other_client(Session(tmp_path / "own.yaml", SETTINGS))
    client.get(f"/?token={TOKEN}")
    start = client.get("/start").json()
    assert [card["summary"] for card in start["catalogue"] if card["name"] == "quiet.py"] == ["Play nothing."]
    take = client.post("/take", json={"edit": start["edit"]}).json()
    assert take["view"]["tracks"][0]["notes"] == []
    assert "no notes" in take["warnings"][0]


def test_an_edit_beside_the_configuration_s_plugin_is_in_the_next_take(tmp_path: Path) -> None:
    beside = tmp_path / "lowest.py"
    beside.write_text("PITCH = 127\n")
    (tmp_path / "cut.py").write_text(
        '"""Play high notes."""\nimport lowest\nfrom jazzgram import hookimpl\n\n'
        "@hookimpl\ndef prune_notes(notes):\n    return [note for note in notes if note.pitch >= lowest.PITCH]\n"
    )
    (tmp_path / "own.yaml").write_text("extends: blues\nchain: [{prune_notes: cut.py}]\n")
    client = other_client(Session(tmp_path / "own.yaml", SETTINGS))
    client.get(f"/?token={TOKEN}")
    edit = client.get("/start").json()["edit"]

    def played() -> int:
        return len(client.post("/take", json={"edit": edit}).json()["view"]["tracks"][0]["notes"])

    assert played() == 0
    beside.write_text("PITCH = 0\n")
    assert played() > 0


@pytest.mark.parametrize("where", ["", "    "], ids=["in the file", "in the hook"])
def test_a_plugin_that_ends_the_program_does_not_end_the_studio(tmp_path: Path, where: str) -> None:
    head = '"""Mine."""\nfrom jazzgram import hookimpl\n@hookimpl\ndef prune_notes(notes):\n    return list(notes)\n'
    plugin, config = tmp_path / "mine.py", tmp_path / "own.yaml"
    plugin.write_text(head)
    config.write_text("extends: blues\nmodel: {use: markov}\nchain: [{prune_notes: mine.py}]\n")
    session = Session(config)
    client = other_client(session)
    client.get(f"/?token={TOKEN}")
    plugin.write_text(head.replace("    return", f"{where}raise SystemExit(3)\n    return"))
    if not where:
        plugin.write_text(f"{head}raise SystemExit(3)\n")
    assert client.get("/catalogue").status_code == 200
    answer = client.post("/take", json={"edit": session.first()})
    assert answer.status_code == 422 and "SystemExit: 3" in answer.json()["error"]
    plugin.unlink()
    assert "no plugin file" in client.post("/take", json={"edit": session.first()}).json()["error"]
    config.unlink()
    assert client.get("/start").status_code == 200, "with the values that it began with"


def test_a_saved_plugin_file_is_named_and_its_card_has_the_options_of_now(tmp_path: Path) -> None:
    plugin = tmp_path / "few.py"
    text = (
        '"""Play some notes."""\nfrom pydantic import Field\nimport jazzgram\nfrom jazzgram import hookimpl\n\n'
        'class Options(jazzgram.Options):\n    most: int = Field(1, ge=0, le=9, description="Notes of a bar.")\n\n'
        "@hookimpl\ndef prune_notes(notes, options):\n    return notes[: options.most]\n"
    )
    plugin.write_text(text)
    (tmp_path / "own.yaml").write_text("extends: blues\nchain: [{prune_notes: few.py}]\n")
    client = other_client(Session(tmp_path / "own.yaml", SETTINGS))
    client.get(f"/?token={TOKEN}")

    def saved_files(before: dict[str, str]) -> list[str]:
        return [name for name, stamp in client.get("/saved").json().items() if stamp != before.get(name)]

    def most() -> list[int]:
        cards = client.get("/catalogue").json()
        return [option["default"] for card in cards if card["name"] == "few.py" for option in card["options"]]

    before = client.get("/saved").json()
    assert {"few.py", "own.yaml", "blues.yaml"} <= set(before) and saved_files(before) == []
    plugin.write_text(text.replace("Field(1,", "Field(3,"))
    os.utime(plugin, ns=(1, 1))
    assert saved_files(before) == ["few.py"]
    assert most() == [3]
    plugin.write_text("def broken(:")
    assert most() == [3], "the take reports the mistake; until then the page has what it had"


def test_every_script_of_the_page_is_served(page: httpx.Client) -> None:
    scripts = re.findall(r'<script src="([^"]+)"', (files("jazzgram.studio") / "assets" / "studio.html").read_text())
    assert len(scripts) > 20
    assert {name: status for name in scripts if (status := page.get(name).status_code) != 200} == {}


def test_mistakes_have_their_card_and_their_line(page: httpx.Client, edit: dict[str, Any]) -> None:
    edit["chain"] = [{"prune_notes": "low_notes", "with": {"below": 300, "abov": 1}}, {"prune_notes": "low_noets"}]
    edit["improvise"] = {"tempo": 1000}
    for sent in (edit, to_yaml(edit)):
        found = {each["key_path"]: each for each in page.post("/take", json={"edit": sent}).json()["mistakes"]}
        assert set(found) == {
            "chain.0.with.below",
            "chain.0.with.abov",
            "chain.1.prune_notes",
            "improvise.tempo",
        }
        assert "expected at most 127 (got 300)" in found["chain.0.with.below"]["message"]
        assert "did you mean low_notes?" in found["chain.1.prune_notes"]["message"]
    lines = to_yaml(edit).splitlines()
    assert "below: 300" in lines[found["chain.0.with.below"]["line"] - 1]
    assert "low_noets" in lines[found["chain.1.prune_notes"]["line"] - 1]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "the file is empty", 1),
        ("- a\n- b\n", "expected keys and values", 1),
        ("seed: 1\nseed: 2\n", "given twice", 2),
        ("seed: [1\nchain: x", "not YAML", 2),
        ("seed: !!python/object/apply:os.system [ls]\n", "not YAML", 1),
        ("x" * 100_001, "more than the 100,000 that are read", None),
    ],
)
def test_bad_yaml_gets_a_sentence(page: httpx.Client, text: str, message: str, line: int | None) -> None:
    answer = page.post("/take", json={"edit": text})
    (mistake,) = answer.json()["mistakes"]
    assert answer.status_code == 422 and message in mistake["message"] and mistake["line"] == line


@pytest.mark.parametrize(
    "edit", [None, 7, [], {}, {"chain": 3}, {"chain": [], "samplers": [], "improvise": []}, {"seed": "x"}]
)
def test_an_edit_of_another_shape_gets_a_sentence(page: httpx.Client, edit: Any) -> None:
    answer = page.post("/take", json={"edit": edit})
    assert answer.status_code == 422 and answer.json()["mistakes"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"[]", b'{"edit": {}, "kept": [{}]}'])
def test_a_request_that_is_none_gets_a_sentence(page: httpx.Client, content: bytes) -> None:
    answer = page.post("/take", content=content)
    assert answer.status_code == 422
    assert "reload it" in answer.json()["error"] and "Traceback" not in answer.text


def test_an_edit_that_is_nested_too_deeply_gets_a_sentence(page: httpx.Client, edit: dict[str, Any]) -> None:
    deep = json.loads("[" * 700 + "]" * 700)
    edit["chain"] = [{"prune_notes": "low_notes", "with": {"below": deep}}]
    answer = page.post("/take", json={"edit": edit})
    assert answer.status_code == 422 and answer.json()["mistakes"]


def test_yaml_goes_there_and_back(edit: dict[str, Any]) -> None:
    edit["improvise"]["chords"] = "F7 | %\nBb7 | 'NC'\n"
    assert from_yaml(to_yaml(edit)).value == edit
    check_reach(edit, ())
    with pytest.raises(EditError, match="corpus: is set where the studio was started"):
        check_reach(edit | {"corpus": {}}, ())


# takes


def test_the_first_take_is_the_configuration_s_own(play: Play, edit: dict[str, Any]) -> None:
    solo = Pipeline(load(locate("blues"), SETTINGS)).improvise().solo
    view = play(edit)["view"]
    assert view["tracks"][0]["notes"] == [[n.pitch, n.onset, n.duration, n.velocity] for n in solo.notes]


def test_a_take_is_the_same_in_another_studio(play: Play, edit: dict[str, Any]) -> None:
    edit["seed"] = 11
    client = other_client(Session(locate("blues"), SETTINGS))
    client.get(f"/?token={TOKEN}")
    assert bars_of(client.post("/take", json={"edit": edit}).json()) == bars_of(play(edit))


def test_two_chains_play_the_same_terms(play: Play, edit: dict[str, Any]) -> None:
    a = play(edit)
    b = play(edit | {"chain": [{"clean_up_notes": "no_overlaps"}]})
    assert a["terms"] == b["terms"]
    assert bars_of(a) != bars_of(b)


def test_changes_of_another_key_and_meter(play: Play, edit: dict[str, Any]) -> None:
    edit["improvise"] = {"chords": "Cmaj7 | Dm7 | G7", "meter": "3/4", "tempo": 90, "title": "Waltz"}
    view = play(edit)["view"]
    assert (view["title"], view["bars"], view["meter"], view["tempo"]) == ("Waltz", 3, "3/4", 90)
    assert [chord[2] for chord in view["chords"]] == ["Cmaj7", "Dm7", "G7"]


def test_changes_that_are_never_played_are_a_warning(play: Play, edit: dict[str, Any]) -> None:
    edit["improvise"]["chords"] = "Cmaj7 (Fine) | Dm7 (D.C. al Fine) | G7"
    (warning,) = play(edit)["warnings"]
    assert warning.startswith("improvise.chords: left out: 1 bar, 1 chord (never reached")


def test_more_bars_than_a_page_shows(page: httpx.Client, edit: dict[str, Any]) -> None:
    edit["improvise"]["bars"] = MOST_TAKE_BARS + 1
    answer = page.post("/take", json={"edit": edit})
    assert answer.status_code == 422 and f"{MOST_TAKE_BARS + 1} bars are more than" in answer.json()["error"]


def test_locked_bars_stay_whatever_else_is_new(play: Play, edit: dict[str, Any]) -> None:
    def kept(take: dict[str, Any], *bars: int) -> dict[str, Any]:
        seed = take["edit"]["seed"]
        return {"seed": seed, "samplers": edit["samplers"], "terms": take["terms"], "bars": bars}

    def terms(take: dict[str, Any], *bars: int) -> list[str]:
        return [take["terms"][bar] for bar in bars]

    first = play(edit)
    hotter = [{"shape_distribution": "temperature", "with": {"temperature": 1.4}}, *edit["samplers"][1:]]
    second = play(edit | {"seed": 2, "samplers": hotter}, kept(first, 1, 2))
    assert terms(second, 1, 2) == terms(first, 1, 2) and terms(second, 0, 3) != terms(first, 0, 3)
    assert [[note[0] for note in bar] for bar in bars_of(second)[1:3]] == [
        [note[0] for note in bar] for bar in bars_of(first)[1:3]
    ]
    third = play(edit | {"seed": 3}, kept(first, 1, 2), kept(second, 0))
    assert terms(third, 0, 1, 2) == terms(second, 0, 1, 2) and terms(third, 3) != terms(second, 3)


def test_free_bars_lead_into_locked_ones(session: Session, edit: dict[str, Any]) -> None:
    first = session.take(Recipe(edit))
    texts = [" ".join(map(str, bar)) for bar in first.run.solo.grammar]
    value = {"seed": 1, "samplers": edit["samplers"], "terms": texts, "bars": [2, 3]}
    take = session.take(Recipe.of({"edit": edit | {"seed": 2}, "kept": [value]}))
    assert take.locked == 2 and take.run.solo.grammar[2:] == first.run.solo.grammar[2:]
    scores = take.run.trace.bar_scores
    assert [(each.step, each.bar) for each in scores] == [("1:future", 0), ("1:future", 1)]
    alone = session.take(Recipe(edit | {"seed": 2, "improvise": edit["improvise"] | {"particles": 1}}))
    assert not alone.run.trace.bar_scores


def test_curves_have_the_values_of_the_take_beside_them(play: Play, edit: dict[str, Any]) -> None:
    assert play(edit)["curves"] == []
    shape = {"density": [1, 3], "rest": [0.5], "contour": [2], "outside": [0], "register": [70]}
    take = play(edit | {"improvise": edit["improvise"] | {"shape": shape}})
    density, rest, *_ = take["curves"]
    assert density["name"] == "density" and density["asked"] == [1, 1, 3, 3] and rest["asked"] == [0.5] * 4
    assert all(len(curve["played"]) == 4 for curve in take["curves"])
    assert abs(4 * density["played"][0] - len(bars_of(take)[0])) <= 1  # humanized, one may come before its barline


def test_terms_of_locked_bars_are_checked(page: httpx.Client, edit: dict[str, Any]) -> None:
    kept = {"seed": 1, "samplers": edit["samplers"], "terms": ["nonsense"], "bars": [0]}
    answer = page.post("/take", json={"edit": edit, "kept": [kept]})
    assert answer.status_code == 422 and "nonsense" in answer.json()["error"]


def test_locked_bars_tell_their_own_story(play: Play, edit: dict[str, Any]) -> None:
    first = play(edit)
    kept = {"seed": edit["seed"], "samplers": edit["samplers"], "terms": first["terms"], "bars": [0]}
    take = play(edit | {"seed": 2}, kept)
    steps, bar = take["view"]["steps"], take["view"]["bar"]
    for one, other in zip(steps, first["view"]["steps"], strict=False):  # what cuts a note at the seam may follow
        assert one["label"] == other["label"]
        if one["hook"] != "clean_up_notes":  # those see the bars around, which are others
            assert [item for item in one["items"] if item[0] < bar] == [
                item for item in other["items"] if item[0] < bar
            ]
    assert [item[:3] for item in steps[-1]["items"]] == [
        [onset, duration, pitch] for pitch, onset, duration, _ in take["view"]["tracks"][0]["notes"]
    ]


def test_a_swung_note_belongs_to_the_bar_it_was_sampled_for() -> None:
    def improvised(pitch: int, early: int) -> Run:
        notes = (Note(pitch, 0, 960, origin=Origin(0, 0)), Note(pitch + 1, 1920 - early, 960, origin=Origin(1, 0)))
        event = StepCall("1:humanize", "clean_up_notes", None, {}, notes, notes, 0.0)
        return Run(Solo(notes, (), 2, grammar=((), ()), notated=notes), Trace([event]))

    made = merge_bars([improvised(60, 0), improvised(70, 20)], [0, 1])
    assert [(note.pitch, note.onset) for note in made.solo.notes] == [(60, 0), (71, 1900)]
    assert made.trace.calls[0].after == made.solo.notes


def test_what_sounds_into_another_take_s_bar_ends_where_that_begins() -> None:
    def improvised(pitch: int) -> Run:
        notes = (Note(pitch, 1440, 960, origin=Origin(0, 0)), Note(pitch, 1920, 480, origin=Origin(1, 0)))
        calls = [StepCall("1:breathe", "clean_up_notes", None, {}, notes, notes, 0.0)]
        return Run(Solo(notes, (), 2, grammar=((), ()), notated=notes), Trace(calls))

    made = merge_bars([improvised(60), improvised(70)], [0, 1])
    assert [(note.pitch, note.duration) for note in made.solo.notes] == [(60, 480), (70, 480)]
    assert [call.step for call in made.trace.calls] == ["1:breathe", "keep"], "no step of the chain has cut it"
    assert made.trace.calls[0].before == made.trace.calls[0].after
    ((old, new),) = next(change for change in made.record.bar(0) if change.step == "keep").changed
    assert (old.duration, new.duration) == (960, 480)


def test_a_pick_up_that_comes_early_stays_in_its_bar() -> None:
    def improvised(early: int) -> Run:
        notes = (Note(60, 0, 480, origin=Origin(0, 0)), Note(72, 1920 - early, 240))
        return Run(Solo(notes, (), 2, grammar=((), ()), notated=notes), Trace())

    made = merge_bars([improvised(0), improvised(12)], [0, 1])
    assert [(note.pitch, note.onset) for note in made.solo.notes] == [(60, 0), (72, 1908)]


def test_fifty_at_once_are_all_answered(play: Play, page: httpx.Client, edit: dict[str, Any]) -> None:
    def post(number: int) -> tuple[int, Any]:
        answer = page.post("/take", json={"edit": edit | {"seed": 100 + number % 5}})
        return answer.status_code, bars_of(answer.json())

    with ThreadPoolExecutor(50) as many:
        found = list(many.map(post, range(50)))
    assert {status for status, _ in found} == {200}
    for number in range(5):
        alone = bars_of(play(edit | {"seed": 100 + number}))
        assert all(notes == alone for _, notes in found[number::5])


# charts


def test_a_take_is_measured_beside_real_solos(page: httpx.Client, edit: dict[str, Any]) -> None:
    found = page.post("/numbers", json={"edit": edit}).json()
    names = [name for name, *_ in found["aims"]]
    assert names == ["pitch entropy 1", "pitch entropy 4", "grooving", "notes per bar", "chord tones", "scale tones"]
    assert all(mean is not None and z is None for _, _, mean, _, z, _, _ in found["aims"]), "four bars are not 32"
    assert {mark for *_, mark, _ in found["others"]} == {""}, "only means over bars are marked in four of them"
    assert found["sentence"] and {name for name, *_ in found["others"]} >= {"range", "empty bars", "motifs"}
    longer = edit | {"improvise": edit["improvise"] | {"bars": found["bars"]}}
    found = page.post("/numbers", json={"edit": longer}).json()
    assert [name for name, *_ in found["aims"]] == names
    assert all(z == pytest.approx((value - mean) / sd) for _, value, mean, sd, z, _, _ in found["aims"])
    rows = found["aims"] + [row for row in found["others"] if row[4] is not None]
    assert all(mark.startswith("far") == (abs(z) >= 2) for *_, z, mark, _ in rows)
    assert all(definition for *_, definition in (*rows, *found["others"])), "each metric's docstring defines its values"
    assert all(place < 400 and length >= 8 for place, length, _, _ in found["copied"])


def test_a_take_without_notes_has_numbers_too() -> None:
    found = numbers(Solo((), (), 2, ()), None)
    assert found["copied"] == [] and found["sentence"] == ""
    assert all(value is None or isinstance(value, float) for _, value, *_ in found["aims"])
    json.dumps(found, allow_nan=False)


def test_large_corpora_are_looked_through_when_asked_for(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from jazzgram.pages.report import facts

    monkeypatch.setattr(facts, "AT_ONCE", 0)
    recipe = Recipe(session.first())
    assert session.numbers(recipe)["sentence"] == ""
    assert session.numbers(recipe, whole=True)["sentence"] != ""


def test_key_style_and_instrument_are_set_beside_the_tempo(page: httpx.Client, play: Play, edit: Any) -> None:
    start = page.get("/start").json()
    assert "tenor sax" in start["instruments"] and {"swing", "bossa"} <= {style["name"] for style in start["styles"]}
    edit["improvise"] |= {"chords": "Dm7 | G7 | Cmaj7 | %", "choruses": 1}
    concert = play(edit)
    edit["improvise"] |= {"transpose": 2, "instrument": "tenor sax"}
    edit["accompany"] = {"style": "bossa"}
    take = play(edit)
    assert [symbol for *_, symbol in take["view"]["chords"]] == ["Em7", "A7", "Dmaj7"]
    assert "accompany: {style: bossa}\n" in take["yaml"]
    band = [[track["notes"] for track in each["view"]["tracks"][1:]] for each in (concert, take)]
    assert band[0] and band[0] != band[1]


def test_players_of_the_band_come_from_the_configuration(page: httpx.Client, edit: Any, tmp_path: Path) -> None:
    for band in ({"players": ["bass_walking"]}, {"style": "bossa", "drums": True}, ["bass_walking"]):
        answer = page.post("/take", json={"edit": edit | {"accompany": band}})
        assert [mistake["key_path"] for mistake in answer.json()["mistakes"]] == ["accompany"]
    answer = page.post("/take", json={"edit": edit | {"accompany": {"style": "polka"}}})
    (mistake,) = answer.json()["mistakes"]
    assert mistake["key_path"] == "accompany.style" and "there is no style 'polka'" in mistake["message"]
    (tmp_path / "own.yaml").write_text("extends: blues\naccompany: [bass_walking]\n")
    session = Session(tmp_path / "own.yaml", SETTINGS)
    assert "accompany" not in session.first()
    assert session.take(Recipe(session.first())).run.solo.accompaniment


def test_the_style_of_a_chart_comes_with_its_changes() -> None:
    (tune,) = read_dropped_chart("bossa.txt", b"title: Mine\nstyle: Bossa Nova\n\nDm7 | G7 | Cmaj7 | % |")["tunes"]
    assert tune["style"] == "bossa"
    (tune,) = read_dropped_chart("plain.txt", b"title: Mine\n\nDm7 | G7 | Cmaj7 | % |")["tunes"]
    assert tune["style"] == ""


def test_a_shipped_model_without_its_corpus_is_measured_and_says_what_is_missing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(self: Session, pipeline: object) -> None:
        raise CorpusNotAvailable("corpus wjazzd is not here")

    monkeypatch.setattr(Session, "_runs_of", missing)
    found = session.numbers(Recipe(session.first()), whole=True)
    assert found["problem"] == (
        "Copied runs are not looked for, as the corpus bundled is not on this computer;"
        " “jazzgram corpus fetch bundled” says how to get it."
    )
    assert found["sentence"] == ""
    assert found["copied"] == [] and len(found["aims"]) == 6


def test_tunes_of_the_corpus(page: httpx.Client, play: Play, edit: dict[str, Any]) -> None:
    tunes = page.get("/tunes").json()
    assert (tunes[0]["title"], len(tunes)) == ("Kettle On", 12)
    tune = page.get("/tunes/1").json()
    edit["improvise"] = {key: tune[key] for key in ("title", "chords", "meter", "tempo")}
    assert play(edit)["view"]["bars"] == tune["bars"]
    assert page.get("/tunes/99").json() == {"error": "the corpus has no tune number 99 (it has 12, counted from 0)"}


MUSICXML = """<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Lead
</part-name></score-part></part-list><part id="P1"><measure number="1"><attributes><divisions>1</divisions>
<time><beats>4</beats><beat-type>4</beat-type></time></attributes><harmony><root><root-step>D</root-step></root><kind>minor-seventh</kind>
</harmony><note><pitch><step>F</step><octave>4</octave></pitch><duration>4</duration><type>whole</type></note></measure>
<measure number="2"><harmony><root><root-step>G</root-step></root><kind>dominant</kind></harmony><note><rest/>
<duration>4</duration></note></measure></part></score-partwise>"""


def test_a_chart_dropped_on_the_page(page: httpx.Client) -> None:
    link = b"irealbook://Turn=Nobody=Medium Swing=C=n={T44D-7 |G7 |C^7 Z"
    (tune,) = page.post("/chart", params={"name": "link.txt"}, content=link).json()["tunes"]
    assert (tune["title"], tune["chords"], tune["meter"], tune["bars"]) == ("Turn", "D-7 | G7 | C^7", "4/4", 3)


def test_bars_of_a_chart_are_chosen(page: httpx.Client) -> None:
    chart = b"title: Eight\n\nDm7 | G7 | Cmaj7 | A7 | Dm7 | % | Em7 | A7 |"
    first = page.post("/chart", params={"name": "eight.txt"}, content=chart).json()
    assert first["tunes"][0]["all_bars"] == first["tunes"][0]["bars"] == 8 and first["parts"] == []
    params = {"name": "eight.txt", "first": "6", "last": "7"}
    (tune,) = page.post("/chart", params=params, content=chart).json()["tunes"]
    assert (tune["chords"], tune["bars"], tune["all_bars"]) == ("Dm7 | Em7", 2, 8), "bar 6 is on the chord before"
    for bars, message in (
        ({"first": "9"}, "Eight: has 8 bars, none of them from 9"),
        ({"last": "0"}, "last bar: expected a whole number from 1 (got '0')"),
        ({"first": "x"}, "first bar: expected a whole number from 1 (got 'x')"),
    ):
        answer = page.post("/chart", params={"name": "eight.txt", **bars}, content=chart)
        assert answer.status_code == 422 and answer.json()["error"].startswith(message), answer.text


def test_the_chords_of_midi_are_those_of_the_part_that_is_chosen(tmp_path: Path) -> None:
    def pads(channel: int, *roots: int) -> list[midi_files.Played]:
        chords = (
            midi_files.chord(bar * 384, 384, (root, root + 4, root + 7), channel) for bar, root in enumerate(roots)
        )
        return [event for chord in chords for event in chord]

    line = midi_files.notes([(beat * 96, 96, 79 + beat % 3) for beat in range(8)])
    tracks = [
        [midi_files.name("Sax"), midi_files.program(0, 66), *line],
        [midi_files.name("Piano"), midi_files.program(0, 0, 1), *pads(1, 60, 65)],
        [midi_files.name("Organ"), midi_files.program(0, 16, 2), *pads(2, 62, 67)],
    ]
    trio = midi_files.write(tmp_path / "trio.mid", *tracks)
    assert [part["name"] for part in read_tunes(trio)["parts"]] == ["Sax", "Piano", "Organ"]
    chords = [read_tunes(trio, Choice(part))["tunes"][0]["chords"] for part in ("1", "2", "infer")]
    assert chords[:2] == ["C | F", "D | G"] and chords[2] not in chords[:2]
    assert "part" in read_tunes(trio, Choice("piano"))["error"]
    with pytest.raises(JazzgramError, match="part"):
        read_dropped_chart(trio.name, trio.read_bytes(), Choice("9"))


def test_a_chart_as_musicxml(tmp_path: Path) -> None:
    (tmp_path / "two bars.musicxml").write_text(MUSICXML)
    assert [tune["chords"] for tune in read_tunes(tmp_path / "two bars.musicxml")["tunes"]] == ["Dm7 | G7"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mid", b"", "empty.mid: the file is empty"),
        ("../../../etc/broken.mid", b"MThd\x00\x00", "broken.mid: "),
    ],
)
def test_a_chart_that_is_none_gets_a_sentence(page: httpx.Client, name: str, content: bytes, message: str) -> None:
    answer = page.post("/chart", params={"name": name}, content=content)
    error = answer.json()["error"]
    assert answer.status_code == 422 and error.startswith(message)
    assert "Traceback" not in error and "/tmp" not in error


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("broken.musicxml", "<score-partwise", "broken.musicxml:"),
        ("plugin.py", "import os", "no installed reader knows this kind of file"),
        ("words.txt", "a poem about rain", "words.txt"),
    ],
)
def test_what_is_no_chart(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)
    assert message in read_tunes(tmp_path / name)["error"]


def test_charts_are_bounded_in_size_and_time(page: httpx.Client) -> None:
    answer = page.post("/chart", params={"name": "huge.mid"}, content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413 and answer.json() == {"error": "more than 4.0 MB were sent; that is too much"}
    with pytest.raises(JazzgramError, match=r"slow\.txt: not read within 0\.05 seconds"):
        read_dropped_chart("slow.txt", b"Dm7 | G7", seconds=0.05)


# files


def test_exports(page: httpx.Client, edit: dict[str, Any], tmp_path: Path) -> None:
    recipe = {"edit": edit}
    midi = page.post("/export/midi", json=recipe)
    assert midi.content[:4] == b"MThd"
    assert re.fullmatch(r'attachment; filename="[\w-]+\.mid"', midi.headers["content-disposition"])
    assert b"<score-partwise" in page.post("/export/musicxml", json=recipe).content
    assert b"<!DOCTYPE html>" in page.post("/export/report", json=recipe).content
    score = page.post("/score", json=recipe).json()
    assert score["svg"].lstrip().startswith(("<svg", "<?xml")) and score["onsets"]
    file = tmp_path / "again.yaml"
    file.write_bytes(page.post("/export/yaml", json=recipe).content)
    again = Pipeline.load(file).improvise().solo
    expected = page.post("/take", json=recipe).json()["view"]["tracks"][0]["notes"]
    assert [[n.pitch, n.onset, n.duration, n.velocity] for n in again.notes] == expected
    kept = [{"seed": 2, "samplers": edit["samplers"], "bars": [0]}]
    mixed = page.post("/export/yaml", json=recipe | {"kept": kept}).text
    assert mixed.startswith("# 1 locked bars are of earlier takes")
    unknown = page.post("/export/exe", json=recipe)
    assert unknown.status_code == 422 and "there is no export 'exe'" in unknown.json()["error"]


def test_a_sound_file_has_an_end(page: httpx.Client, edit: dict[str, Any]) -> None:
    edit["improvise"] |= {"bars": 80, "tempo": 20}
    answer = page.post("/export/wav", json={"edit": edit})
    assert answer.json() == {
        "error": "16 minutes are too long for a sound file here (at most 15);"
        " export MIDI, which 'jazzgram render' renders"
    }


@pytest.mark.slow
def test_sound(page: httpx.Client, edit: dict[str, Any]) -> None:
    assert page.post("/export/mp3", json={"edit": edit}).content[:3] in (b"ID3", b"\xff\xfb\x90")
    assert page.post("/export/wav", json={"edit": edit}).content[:4] == b"RIFF"


# the end


def test_what_waits_is_not_begun_when_the_studio_closes() -> None:
    worker, begun, goes_on = Worker("test"), Signal(), Signal()

    def wait() -> bool:
        begun.set()
        return goes_on.wait(10)

    first, second = worker.do(wait), worker.do(lambda: 1)
    assert begun.wait(10) and not worker.close(0.01)
    goes_on.set()
    assert worker.close(10)
    assert first.result() is True and second.cancelled()


def test_a_training_ends_with_its_epoch() -> None:
    closing = Signal()
    progress = Progress({}, closing, Signal())
    progress.epoch(Epoch(1, 9, 1.0, 0.5, 0.1))
    closing.set()
    with pytest.raises(JazzgramError, match="the studio was closed"):
        progress.epoch(Epoch(2, 9, 1.0, 0.5, 0.1))


def test_the_page_is_told_how_much_of_a_training_is_done() -> None:
    seconds = iter([10.0, 12.0])
    shown: dict[str, str | float] = {}
    progress = Progress(shown, Signal(), Signal(), lambda: next(seconds))
    progress.started("train")
    assert shown == {"stage": "Training the model"}
    progress.epoch(Epoch(1, 4, 1.0, 0.5, 0.1))
    assert shown == {"stage": "Training the model", "detail": "epoch 1 of 4", "share": 0.25, "left": 0.0}
    progress.epoch(Epoch(2, 4, 1.0, 0.5, 0.1))
    assert (shown["share"], shown["left"]) == (0.5, 4.0)
    progress.finished("train", 8.0, "")
    assert shown == {}


# the command


def test_a_missing_extra_names_the_command_that_adds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "starlette", None)
    found = CliRunner().invoke(studio_command.command, ["blues"])
    assert str(found.exception) == "starlette is not installed; add it with: pip install 'jazzgram[studio]'"


def test_a_port_that_is_taken(session: Session) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(JazzgramError, match=f"--port {port}: cannot listen there"):
            serve_studio(session, port, lambda address, once: None)


def test_it_listens_here_only_and_ctrl_c_ends_it() -> None:
    code = "from jazzgram.cli.studio import command; command()"
    command = [sys.executable, "-c", code, "blues", "--no-open", "--set", "model.use=markov"]
    studio = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert studio.stdout is not None
    address = studio.stdout.readline()
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]{32})\n", address)
    assert found, address
    with socket.create_connection(("127.0.0.1", int(found[1])), timeout=20) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{found[1]}\r\nConnection: close\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 403")
    time.sleep(0.1)
    studio.send_signal(signal.SIGINT)
    _, errors = studio.communicate(timeout=20)
    assert (studio.returncode, errors) == (0, "\nThe studio is closed.\n")


def test_the_studio_begins_with_a_soloist_that_needs_no_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path))
    monkeypatch.delenv("JAZZGRAM_DATA", raising=False)
    session = Session(locate("weimar"), ["improvise.bars=4", "improvise.like.style=cool"])
    recipe = Recipe(session.first())
    assert session.take(recipe).run.solo.labels.style == "COOL"
    assert session.tunes() == []
    assert session.numbers(recipe)
