"""The registry: names become files, from the package, the user's folder, the cache or a server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers import Handler, Server, serving

from jazzgram.cli import corpus
from jazzgram.errors import JazzgramError
from jazzgram.resources.registry import CorpusNotAvailable, locate_corpus, registry

SOLO = b"MThd: a solo, as far as the registry knows\n" * 200
SHA256 = hashlib.sha256(SOLO).hexdigest()


class _Handler(Handler):
    def answer(self) -> None:
        if self.path == "/missing.mid":
            self.send_error(404)
            return
        if self.path == "/silent.mid":
            self.server.released.wait(10)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(SOLO)))
        self.end_headers()
        self.wfile.write({"/other.mid": SOLO[::-1], "/cut.mid": SOLO[:100]}.get(self.path, SOLO))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(_Handler) as server:
        yield server


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Register a corpus called ``solo`` at a URL."""

    def write(url: str) -> None:
        file = tmp_path / "mine.yaml"
        file.write_text(
            f"solo: {{title: A solo, licence: CC0-1.0, url: '{url}', filename: solo.mid, sha256: {SHA256}}}\n"
        )
        monkeypatch.setenv("JAZZGRAM_REGISTRY", str(file))

    return write


def _kept(cache: Path) -> list[str]:
    return [str(path.relative_to(cache)) for path in sorted(cache.rglob("*")) if path.is_file()]


def test_shipped_entries() -> None:
    entries = registry()
    metheny = entries["metheny"]
    assert (metheny.filename, metheny.sha256) == (
        "original_metheny.mid",
        "0da8322ceab36b036682b5ece0c315193f7b701a3340a0ca5a523b107c6f428d",
    )
    assert all(entry.licence and entry.title for entry in entries.values())


def test_the_bundled_corpus_is_a_folder_of_tunes() -> None:
    assert list(locate_corpus("bundled").glob("*.txt"))


def test_metheny_is_the_file_the_registry_means(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_DATA", str(shared / "data"))
    assert locate_corpus("metheny") == shared / "data" / "original_metheny.mid"


def test_what_its_makers_give_out_is_taken_where_the_user_put_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAZZGRAM_DATA", str(tmp_path / "data"))
    with pytest.raises(CorpusNotAvailable, match=r"get wjazzd\.db from https://jazzomat\.hfm-weimar\.de\S+ and put it"):
        locate_corpus("wjazzd", cache=tmp_path / "cache")
    for folder in (tmp_path / "cache" / "corpora", tmp_path / "data"):
        folder.mkdir(parents=True)
        (folder / "wjazzd.db").write_bytes(SOLO)
        assert locate_corpus("wjazzd", cache=tmp_path / "cache") == folder / "wjazzd.db"


def test_a_download_is_kept(server: Server, register: Callable[[str], None], tmp_path: Path) -> None:
    register(server.url("solo.mid"))
    cache = tmp_path / "cache"
    assert locate_corpus("solo", cache=cache).read_bytes() == SOLO
    register("http://127.0.0.1:9/solo.mid")  # nobody is there any more
    assert locate_corpus("solo", cache=cache) == cache / "corpora" / "solo.mid"
    assert [path for path, _ in server.asked] == ["/solo.mid"]
    assert _kept(cache) == ["corpora/solo.mid"]


def test_the_cache_is_where_the_environment_says(
    server: Server, register: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "elsewhere"))
    register(server.url("solo.mid"))
    assert locate_corpus("solo") == tmp_path / "elsewhere" / "corpora" / "solo.mid"


@pytest.mark.parametrize("content", [b"", SOLO[:50], SOLO[::-1], None], ids=["empty", "cut", "other", "a folder"])
def test_a_damaged_cache_is_fetched_again(
    content: bytes | None, server: Server, register: Callable[[str], None], tmp_path: Path
) -> None:
    register(server.url("solo.mid"))
    kept = tmp_path / "corpora" / "solo.mid"
    kept.parent.mkdir()
    if content is None:
        (kept / "inside").mkdir(parents=True)
    else:
        kept.write_bytes(content)
    assert locate_corpus("solo", cache=tmp_path).read_bytes() == SOLO


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing.mid", "the server answered 404 Client Error: Not Found"),
        ("other.mid", f"what came from there has another sha256 than {SHA256}"),
        ("cut.mid", "the connection broke off"),
        ("silent.mid", "the server did not answer within 0.3 seconds"),
    ],
)
def test_what_a_server_can_do_wrong(
    path: str,
    reason: str,
    server: Server,
    register: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jazzgram.resources.download._TIMEOUT", 0.3)
    register(server.url(path))
    cache = tmp_path / "cache"
    with pytest.raises(CorpusNotAvailable) as caught:
        locate_corpus("solo", cache=cache)
    assert str(caught.value) == (
        f"corpus solo is not here and cannot be downloaded: {reason} ({server.url(path)}); put solo.mid "
        f"(sha256 {SHA256}) into a folder that the environment variable JAZZGRAM_DATA names or into {cache}/corpora"
    )
    assert [asked for asked, _ in server.asked] == [f"/{path}"] * 2, "it is tried twice"
    assert _kept(cache) == [], "nothing half is left behind"


def test_offline(register: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("JAZZGRAM_DATA", str(tmp_path / "mine"))
    register("http://127.0.0.1:9/solo.mid")
    with pytest.raises(CorpusNotAvailable, match="no connection to the server") as caught:
        locate_corpus("solo", cache=tmp_path)
    assert f"into {tmp_path / 'mine'} or into {tmp_path / 'corpora'}" in str(caught.value)


def test_an_unwritable_cache(server: Server, register: Callable[[str], None], tmp_path: Path) -> None:
    register(server.url("solo.mid"))
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(CorpusNotAvailable, match=r"cache/corpora cannot be written \(Not a directory\)"):
        locate_corpus("solo", cache=tmp_path / "cache")


def test_the_users_folder_comes_first(
    server: Server, register: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(server.url("solo.mid"))
    (tmp_path / "solo.mid").write_bytes(SOLO)
    monkeypatch.setenv("JAZZGRAM_DATA", str(tmp_path))
    assert locate_corpus("solo") == tmp_path / "solo.mid"
    assert not server.asked


def test_another_file_in_the_users_folder_is_refused(
    server: Server, register: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(server.url("solo.mid"))
    (tmp_path / "solo.mid").write_bytes(b"something else")
    monkeypatch.setenv("JAZZGRAM_DATA", str(tmp_path))
    with pytest.raises(JazzgramError, match=rf"solo\.mid: not the corpus solo .*expected {SHA256}") as caught:
        locate_corpus("solo")
    assert not isinstance(caught.value, CorpusNotAvailable), "no fallback may hide it"


def test_an_unknown_name() -> None:
    with pytest.raises(JazzgramError, match=r"no corpus is called 'methany' \(did you mean metheny\?\); there are: "):
        locate_corpus("methany")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("- solo", "not a registry"),
        ("", "not a registry"),
        ("solo: [", "cannot be read"),
        ("solo: {title: A, licence: B}", "solo: expected bundled; or url, filename and sha256; or page"),
        ("solo: {title: A, licence: B, bundled: x, url: 'http://x'}", "solo: expected bundled; or"),
        ("solo: {title: A, bundled: x}", "solo.licence: Field required"),
        ("solo: {title: A, licence: B, bundled: x, size: 3}", "solo.size: Extra inputs"),
        (
            f"solo: {{title: A, licence: B, url: 'http://x', filename: ../x.mid, sha256: {SHA256}}}",
            "solo.filename: String should match",
        ),
        ("solo: {title: A, licence: B, url: 'file:///x', filename: x, sha256: y}", "solo.url: .*; solo.sha256: "),
    ],
)
def test_mistakes_in_a_registry(text: str, mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    monkeypatch.setenv("JAZZGRAM_REGISTRY", str(file))
    with pytest.raises(JazzgramError, match=mistake) as caught:
        registry()
    assert str(file) in str(caught.value) and "\n" not in str(caught.value)


def test_a_registry_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_REGISTRY", str(tmp_path / "none.yaml"))
    with pytest.raises(JazzgramError, match=r"none\.yaml: the registry cannot be read \(.*No such file"):
        locate_corpus("metheny")


def test_the_command_line_lists_and_fetches(
    server: Server, register: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "stored"))
    register(server.url("solo.mid"))
    asked = CliRunner()
    before = asked.invoke(corpus.command, ["list"]).output
    assert "CC0-1.0; bundled" in before
    assert "; to be fetched" in before.partition("solo ")[2]
    fetched = asked.invoke(corpus.command, ["fetch", "solo"]).output
    assert fetched == f"solo: {tmp_path / 'stored' / 'corpora' / 'solo.mid'}\n"
    assert str(tmp_path / "stored") in asked.invoke(corpus.command, ["list"]).output
    assert "no corpus is called 'sola' (did you mean solo?)" in str(
        asked.invoke(corpus.command, ["fetch", "sola"]).exception
    )


def test_the_list_shows_what_is_wrong_and_goes_on(
    register: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register("http://127.0.0.1:9/solo.mid")
    (tmp_path / "solo.mid").write_bytes(b"something else")
    monkeypatch.setenv("JAZZGRAM_DATA", str(tmp_path))
    listed = CliRunner().invoke(corpus.command, ["list"])
    assert listed.exit_code == 0
    assert "solo.mid: not the corpus solo" in listed.output
