"""The studio on a phone in the same network: the addresses at which it is reached, and which requests it refuses."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")
pytest.importorskip("httpx", reason="it is the tests' client")

import httpx
from studio_client import PORT, TOKEN, InThisProcess

from jazzgram.config.files import locate
from jazzgram.errors import JazzgramError
from jazzgram.studio.addresses import is_local, qr_code, reached_at
from jazzgram.studio.serve import serve_studio
from jazzgram.studio.session import Session

PHONE = "192.168.1.10"
HOME = f"http://{PHONE}:{PORT}"


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(locate("blues"), ["model.use=markov", "improvise.bars=4"])


@pytest.fixture
def phone(session: Session) -> httpx.Client:
    return httpx.Client(
        transport=InThisProcess(session, (PHONE, "fd00::2")),
        base_url=HOME,
        headers={"Origin": HOME},
        follow_redirects=True,
    )


def test_a_phone_opens_it_with_the_token_and_stays(phone: httpx.Client) -> None:
    assert phone.get("/working").status_code == 403
    assert phone.get(f"/?token={TOKEN}").status_code == 200
    assert phone.get("/working").status_code == 200


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[fd00::2]:{PORT}"])
def test_every_address_of_the_computer_is_the_studio(phone: httpx.Client, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host.lower()}"}
    phone.get(f"/?token={TOKEN}")
    assert phone.get("/working", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": f"evil.example:{PORT}"},  # a name that was re-bound to the computer's address
        {"Host": PHONE},
        {"Host": f"192.168.1.11:{PORT}"},
        {"Host": f"{PHONE}.evil.example:{PORT}"},
        {"Origin": f"http://192.168.1.11:{PORT}"},
        {"Origin": f"https://{PHONE}:{PORT}"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_hosts_and_pages_are_refused_there_too(
    phone: httpx.Client, session: Session, headers: dict[str, str]
) -> None:
    phone.get(f"/?token={TOKEN}")
    assert phone.get("/working", headers=headers).status_code == 403
    assert phone.post("/take", json={"edit": session.first()}, headers=headers).status_code == 403


def test_a_studio_of_this_computer_only_refuses_its_other_addresses(session: Session) -> None:
    client = httpx.Client(transport=InThisProcess(session), base_url=HOME, headers={"Origin": HOME})
    assert "only to the address" in client.get(f"/?token={TOKEN}").text


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("192.168.1.10", False)],
)
def test_which_addresses_stay_on_this_computer(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_all_addresses_are_those_of_this_computer() -> None:
    found = reached_at("0.0.0.0")
    assert found and "0.0.0.0" not in found
    for address in found:  # a server can listen at each
        with socket.socket() as one:
            one.bind((address, 0))


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("8.8.8.8", "--host 8.8.8.8: is no address of this computer; it has .*, and 0.0.0.0 stands for all"),
        ("fe80::1", "--host fe80::1: (is no address of this computer|not found)"),
        ("x" * 80, "--host x{80}: not found .*; expected an address of this computer"),
        ("no.such.host.invalid", "--host no.such.host.invalid: not found .*; expected an address of this computer"),
    ],
)
def test_a_host_that_is_not_here(session: Session, host: str, message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        serve_studio(session, 0, lambda address, once: None, host)


def test_the_code_has_finders_in_three_corners_and_a_quiet_zone() -> None:
    pytest.importorskip("segno", reason="the extra 'studio' is not installed")
    lines = qr_code("http://192.168.1.10:8800/?token=abc", coloured=False).splitlines()
    assert {len(line) for line in lines} == {len(lines[0])}
    assert set(lines[0]) == {"█"} and all(line.startswith(("██", "▀▀")) for line in lines)
    assert lines[1].count("▄▄▄▄▄") >= 2
    coloured = qr_code("http://192.168.1.10:8800/?token=abc", coloured=True).splitlines()
    assert coloured[0] == f"\x1b[97;40m{lines[0]}\x1b[0m"


def test_the_terminal_shows_the_code_and_says_who_can_read_along() -> None:
    code = "from jazzgram.cli.studio import command; command()"
    command = [sys.executable, "-c", code, "blues", "--no-open", "--host", "0.0.0.0", "--set", "model.use=markov"]
    studio = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert studio.stdout is not None
    shown: list[str] = []
    for line in studio.stdout:
        shown.append(line)
        if "Ctrl-C" in line:
            break
    found = re.fullmatch(r"http://(.+):(\d+)/\?token=[\w-]{32}\n", shown[0])
    assert found and found[1] == reached_at("0.0.0.0")[0]
    assert re.fullmatch(rf"On this computer also: http://127\.0\.0\.1:{found[2]}/\?token=[\w-]{{32}}\n", shown[1])
    assert shown[2].startswith("████") and any("not encrypted" in line for line in shown)
    answer = httpx.get(shown[0].strip(), follow_redirects=True, trust_env=False)
    assert answer.status_code == 200
    studio.send_signal(signal.SIGINT)
    studio.communicate(timeout=20)
    assert studio.returncode == 0
