"""Bars, beats, chords and notes, as cues and as datagrams."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from live_sessions import session

from jazzgram import JazzgramError
from jazzgram.live.cues import STOP, Cues
from jazzgram.live.osc import Osc
from jazzgram.live.player import Event


def test_cues_come_once_each_at_its_moment(tmp_path: Path) -> None:
    trading = session(tmp_path, improvise='chords: "Dm7 G7 | NC", meter: 4/4, tempo: 120')
    cues = Cues(trading, ["bar", "beat", "chord"])
    assert cues.due(0.0) == [("/jazzgram/bar", (0, "count-in")), ("/jazzgram/beat", (1,))]
    assert cues.due(1.9) == [("/jazzgram/beat", (number,)) for number in (2, 3, 4)]
    assert cues.due(2.0) == [("/jazzgram/bar", (1, "me")), ("/jazzgram/beat", (1,)), ("/jazzgram/chord", ("Dm7",))]
    assert cues.due(2.0) == []
    assert cues.due(3.4) == [("/jazzgram/beat", (2,)), ("/jazzgram/beat", (3,)), ("/jazzgram/chord", ("G7",))]
    assert cues.due(4.0)[1:] == [("/jazzgram/bar", (2, "it")), ("/jazzgram/beat", (1,)), ("/jazzgram/chord", ("NC",))]


def test_what_is_long_over_is_left_out(tmp_path: Path) -> None:
    cues = Cues(session(tmp_path), ["bar"])
    assert cues.due(9.0) == [("/jazzgram/bar", (4, "it"))]
    assert cues.due(60.0) == [], "the music is over"


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    trading = session(tmp_path, live="{trade: 1, osc: {to: 'localhost:9000', send: [notes]}}")
    osc = trading.config.sections.live.osc
    assert osc is not None
    cues = Cues(trading, osc.send)
    assert cues.due(9.0) == []
    assert cues.note(Event(1, True, 9, 51, 80)) == [("/jazzgram/note", (10, 51, 80))]
    assert cues.note(Event(1, False, 0, 51)) == [("/jazzgram/note", (1, 51, 0))]
    assert Cues(trading, ["bar"]).note(Event(1, True, 9, 51, 80)) == []


def test_cues_are_datagrams() -> None:
    dispatcher = pytest.importorskip("pythonosc.osc_message")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as received:
        received.bind(("127.0.0.1", 0))
        received.settimeout(5)
        osc = Osc(f"127.0.0.1:{received.getsockname()[1]}")
        for cue in (("/jazzgram/bar", (1, "me")), ("/jazzgram/chord", ("C♯m7",)), STOP):
            osc.send(cue)
            message = dispatcher.OscMessage(received.recv(1024))
            assert (message.address, tuple(message.params)) == cue
    osc.send(STOP)  # nobody is there any more


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pythonosc.udp_client", None)
    with pytest.raises(JazzgramError, match=r'OSC needs python-osc: pip install "jazzgram\[live\]"'):
        Osc("127.0.0.1:9000")


def test_a_host_that_is_none_is_one_line() -> None:
    pytest.importorskip("pythonosc")
    for host in ("host.invalid", "x" * 200):
        with pytest.raises(JazzgramError, match=rf"live\.osc: {host}:9000: no such host"):
            Osc(f"{host}:9000")


@pytest.mark.parametrize(
    "to",
    ["9000", "localhost", "localhost:port", "", ":9000", "a b:9000", "::1:9000", "[]:9000"]
    + [f"localhost:{port}" for port in ("0", "65536", "99999", "-1", "٣")],
)
def test_where_cues_go_is_a_host_and_a_port(tmp_path: Path, to: str) -> None:
    with pytest.raises(JazzgramError, match=r"live\.osc.*expected a host and a port, 1 to 65535"):
        session(tmp_path, live=f"{{trade: 1, osc: '{to}'}}")


def test_cues_go_to_ipv6_too(tmp_path: Path) -> None:
    pytest.importorskip("pythonosc")
    osc = session(tmp_path, live="{trade: 1, osc: '[::1]:9000'}").config.sections.live.osc
    assert osc is not None
    Osc(osc.to).send(STOP)
