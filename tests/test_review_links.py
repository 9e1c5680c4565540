"""`catalog links`: addresses asked politely, against a server on 127.0.0.1 that misbehaves; nothing else is contacted."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from misbehaving_server import Server, serve
from review_repository import CATALOG, run

from catalog.review import link_report
from catalog.review.link_ask import Answer, Manners, ask_all
from catalog.review.link_cache import BrokenCache, LinkCache
from catalog.review.link_reply import is_own_network
from catalog.review.links import Address, Round, Use, check_links, due, read_addresses

QUICK = Manners(concurrency=8, delay_s=0.0, timeout_s=0.8, total_s=1.2, tries=3, backoff_s=0.01, patience_s=2.0, may_ask_own_network=True)


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


def ask(server: Server, *paths: str, manners: Manners = QUICK) -> list[Answer]:
    """Return the answers of paths of the server, in their order."""
    found: dict[str, Answer] = {}
    urls = [server.url(p) for p in paths]
    asyncio.run(ask_all(urls, manners, lambda a: found.update({a.url: a})))
    return [found[url] for url in urls]


def in_words(server: Server, answer: Answer) -> tuple[str, int | None, str | None, str | None]:
    """Return state, status, path of the last address, and why."""
    final = answer.final_url.removeprefix(server.url("")) if answer.final_url else None
    return answer.state, answer.status, final, answer.why.replace(str(server.port), "PORT") if answer.why else None


@pytest.mark.parametrize(("path", "expected"), [
    ("/live", ("live", 200, None, None)),
    ("/status/204", ("live", 204, None, None)),
    ("/no-head", ("live", 200, None, None)),
    ("/head-says-404", ("live", 200, None, None)),
    ("/broken-twice", ("live", 200, None, None)),
    ("/busy-date", ("live", 200, None, None)),
    ("/huge", ("live", 200, None, None)),
    ("/huge-without-head", ("live", 200, None, None)),
    ("/wrong-length", ("live", 200, None, None)),
    ("/status/404", ("gone", 404, None, "404 Not Found")),
    ("/status/410", ("gone", 410, None, "410 Gone")),
    ("/moved-to-gone", ("gone", 404, "/status/404", "404 Not Found")),
    ("/moved", ("moved", 200, "/new/place", None)),
    ("/cyrillic", ("moved", 200, "/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0", None)),
    ("/latin", ("moved", 200, "/caf%C3%A9", None)),
    ("/moved-for-now", ("live", 200, "/live", "redirects for the time being")),
    ("/status/500", ("unsure", 500, None, "500 Internal Server Error")),
    ("/status/403", ("unsure", 403, None, "403 Forbidden: refuses us, perhaps not a browser")),
    ("/status/999", ("unsure", 999, None, "999 no status of the standard: refuses us, perhaps not a browser")),
    ("/status/429", ("unsure", 429, None, "429 Too Many Requests")),
    ("/busy-for-hours", ("unsure", 429, None, "asks to come back in 7,200 seconds")),
    ("/hangs", ("unsure", None, None, "no answer within 0.8 seconds")),
    ("/drips", ("unsure", None, None, "no whole answer within 1.2 seconds")),
    ("/closes", ("unsure", None, None, "answers what is no HTTP: Server disconnected without sending a response")),
    ("/circle", ("unsure", 302, "/circle", "redirects in a circle")),
    ("/endless/1", ("unsure", None, "/endless/12", "redirects more than 10 times")),
    ("/deep/page/gone", ("unsure", 200, "/", "redirects to the front page; the page itself is probably gone")),
    ("/private", ("unsure", 200, "/accounts/login?next=/private", "redirects to a login")),
    ("/to-nowhere", ("unsure", 302, None, "302 Found without an address to go to")),
    ("/to-script", ("unsure", None, None, "redirects to something that is no address")),
    ("/to-file", ("unsure", 302, "/to-file", "redirects to file:///etc/passwd, which is no web page")),
    ("/to-bad-port", ("unsure", None, None, "redirects to something that is no address")),
])
def test_answer_to_each_behaviour(server: Server, path: str, expected: tuple):
    assert in_words(server, ask(server, path)[0]) == expected


@pytest.mark.parametrize("path", ["/resets", "/babble", "/bad-length", "/huge-head", "/to-https"])
def test_broken_answers_are_unsure_with_a_reason(server: Server, path: str):
    answer = ask(server, path)[0]
    assert answer.state == "unsure" and answer.why.startswith(("answers what is no HTTP: ", "the connection broke: ", "no secure connection: ", "no connection"))


def test_nobody_listening_is_unsure(server: Server):
    server.stop.set()
    with serve() as other:
        port = other.port
    answer = ask(replace(server, port=port), "/x")[0]
    assert (answer.state, answer.why, answer.somebody_answered) == ("unsure", "no connection", False)


def test_head_comes_first_and_bodies_are_not_read(server: Server):
    ask(server, "/live", "/no-head", "/huge", "/huge-without-head")
    assert (server.requests("/live"), server.requests("/no-head"), server.requests("/huge")) == (["HEAD"], ["HEAD", "GET"], ["HEAD"])
    assert server.bytes_sent["/huge-without-head"] < 30_000_000  # what fits into the buffers of both ends


def test_busy_server_is_asked_again_when_it_wishes(server: Server):
    begun = time.monotonic()
    assert ask(server, "/busy-once")[0].state == "live"
    assert time.monotonic() - begun >= 1.0
    assert server.requests("/busy-once") == ["HEAD", "HEAD"]


def test_tries_are_limited(server: Server):
    ask(server, "/status/500", "/closes")
    assert server.requests("/status/500") == ["HEAD", "HEAD", "HEAD"]
    assert server.requests("/closes") == ["HEAD", "GET", "GET"]


def test_one_host_is_asked_one_by_one_with_a_pause(server: Server):
    ask(server, *(f"/slow?{i}" for i in range(5)), manners=replace(QUICK, delay_s=0.1))
    times = sorted(t for _, _, t in server.asked)
    assert server.most_under_way == 1
    assert min(b - a for a, b in zip(times, times[1:], strict=False)) >= 0.1


def test_concurrency_is_limited_across_hosts():
    with serve() as a, serve() as b, serve() as c:
        urls = [s.url("/slow") for s in (a, b, c)]
        begun = time.monotonic()
        asyncio.run(ask_all(urls, replace(QUICK, concurrency=1, delay_s=0), lambda _: None))
        assert time.monotonic() - begun >= 0.15
        times = sorted(t for s in (a, b, c) for _, _, t in s.asked)
        assert min(y - x for x, y in zip(times, times[1:], strict=False)) >= 0.05


def test_silent_host_is_not_asked_for_ever(server: Server):
    answers = ask(server, *(f"/closes?{i}" for i in range(3)), "/closes")  # `/closes?0` is answered
    assert [a.state for a in answers] == ["live", "live", "live", "unsure"]
    with serve() as dead:
        port = dead.port
    answers = ask(replace(server, port=port), *(f"/{i}" for i in range(8)))
    assert sorted({a.why for a in answers}) == ["its host did not answer for 3 other addresses", "no connection"]


def test_user_agent_says_who_asks(server: Server):
    ask(server, "/live", manners=replace(QUICK, contact="https://example.org/catalog"))
    assert "deep-learning-catalog-link-check/1.0 (asks each address about once a week, HEAD first; +https://example.org/catalog)" in server.heads[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.1.2.3", "192.168.0.1", "169.254.169.254", "localhost", "printer.local", "a.internal", "0.0.0.0"])
def test_own_network_is_known(host: str):
    assert asyncio.run(is_own_network(host)) is True


def test_own_network_is_not_asked_unless_told(server: Server):
    answer = ask(server, "/live", manners=replace(QUICK, may_ask_own_network=False))[0]
    assert (answer.state, answer.why, server.asked) == ("unsure", "stands in the own network and is not asked", [])


RECORDS = {
    "sources/paper-2019-a.yaml": "type: paper\ntitle: A Paper\ndate: 2019\nurl: {url}/live\narchived_url: {url}/archived\n",
    "sites/old-demo.yaml": "name: Old demo\ntype: demo\nurl: {url}/status/404#top\nstate: live\nsources:\n- {{source: paper-2019-a, default: true}}\n",
    "topics/digits.yaml": (
        "name: Digits\nlinks:\n- {{kind: home, url: \"{url}/live\", state: gone}}\n- {{kind: code, url: \"{url}/moved\"}}\n"
        "- {{kind: data, url: \"{url}/status/404#part\"}}\n"),
    "applications/app.yaml": "name: App\ndemo_url: {url}/status/500\ndemo_state: gone\nsources:\n- {{source: paper-2019-a, default: true}}\n",
    "books/book.yaml": "title: Book\nauthors: [A]\nlanguage: en\nfree_url: {url}/status/204\nsources:\n- {{source: paper-2019-a, default: true}}\n",
    "topics/broken.yaml": "nam: Broken\n",
}


@pytest.fixture
def data(tmp_path: Path, server: Server) -> Path:
    for name, text in RECORDS.items():
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(url=server.url("")))
    return tmp_path / "data"


def test_addresses_of_all_fields_are_found(data: Path, server: Server):
    addresses, unreadable = read_addresses(data)
    assert {a.url.removeprefix(server.url("")): [(u.ref, u.path, u.stated) for u in a.uses] for a in addresses} == {
        "/status/500": [("applications/app", "demo_url", "gone")],
        "/status/204": [("books/book", "free_url", None)],
        "/status/404": [("sites/old-demo", "url", "live"), ("topics/digits", "links.3.url", None)],
        "/live": [("sources/paper-2019-a", "url", None), ("topics/digits", "links.1.url", "gone")],
        "/moved": [("topics/digits", "links.2.url", None)],
    }
    assert unreadable == 1
    assert len(read_addresses(data, ["sites"])[0]) == 1
    assert server.url("/archived") in {a.url for a in read_addresses(data, archived=True)[0]}


def test_second_run_asks_only_what_is_old(data: Path, server: Server, tmp_path: Path):
    cache = tmp_path / "build" / "links.db"
    before = {f: f.read_bytes() for f in data.rglob("*.yaml")}
    first = check_links(data, cache, QUICK, limit=2)
    assert first.asked == 2
    second = check_links(data, cache, QUICK)  # goes on where the first stopped
    assert second.asked == 3
    asked = len(server.asked)
    assert check_links(data, cache, QUICK).asked == 0
    assert check_links(data, cache, QUICK, max_age_days=0, only_new=True).asked == 0
    assert len(server.asked) == asked
    assert check_links(data, cache, QUICK, max_age_days=0).asked == 5
    assert {f: f.read_bytes() for f in data.rglob("*.yaml")} == before


def test_run_that_is_broken_off_keeps_its_answers(data: Path, server: Server):
    (data / "topics/slow.yaml").write_text(f"name: Slow\nlinks:\n- {{kind: home, url: \"{server.url('/hangs')}\"}}\n")
    (data / "topics/later.yaml").write_text(f"name: Later\nlinks:\n- {{kind: home, url: \"{server.url('/later')}\"}}\n")
    command = [str(CATALOG), "links", "--own-network", "--delay", "0"]
    process = subprocess.Popen(command, cwd=data.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(200):
        if server.requests("/hangs"):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)
    assert process.returncode == 130, said
    assert "Traceback" not in said[1]
    found = check_links(data, data.parent / "build" / "links.db", QUICK)
    assert 0 < found.asked < 7


def test_unsure_answers_are_asked_again_sooner():
    now = datetime(2026, 11, 20, tzinfo=UTC)

    def address(url: str, state: str | None, days: float) -> Address:
        from catalog.review.link_cache import Known

        asked = now - timedelta(days=days)
        return Address(url, [], Known(state, 200, None, None, asked, asked) if state else None)

    addresses = [address("a", "live", 6), address("b", "live", 8), address("c", "unsure", 2), address("d", "gone", 9), address("e", None, 0), address("f", "unsure", 0.5)]
    assert [a.url for a in due(addresses, now, 7, False)] == ["e", "d", "b", "c"]
    assert [a.url for a in due(addresses, now, 7, True)] == ["e"]


def test_state_keeps_the_day_since_which_it_holds(tmp_path: Path):
    with LinkCache(tmp_path / "links.db") as cache:
        cache.put([Answer("a", "gone", 404)])
        cache.db.execute("UPDATE answers SET since = '2026-01-01T00:00:00+00:00', asked = '2026-01-01T00:00:00+00:00'")
        cache.put([Answer("a", "gone", 410)])
        known = cache.get("a")
        assert (known.since.isoformat(), known.status, known.asked > known.since) == ("2026-01-01T00:00:00+00:00", 410, True)
        cache.put([Answer("a", "live", 200)])
        assert cache.get("a").since > known.since


def test_broken_cache_is_named(tmp_path: Path):
    (tmp_path / "links.db").write_text("no database at all, but long enough to be looked at as one")
    with pytest.raises(BrokenCache, match="delete it and run again"), LinkCache(tmp_path / "links.db"):
        pass


def test_missing_network_is_not_kept(data: Path, server: Server, tmp_path: Path):
    with serve() as dead:
        port = dead.port
    for file in data.rglob("*.yaml"):
        file.write_text(file.read_text().replace(f":{server.port}/", f":{port}/"))
    found = check_links(data, tmp_path / "links.db", QUICK)
    assert found.is_offline
    assert "! nobody answered at all: is there a network here? These failures were not kept" in link_report.render_text(found)
    with closing(sqlite3.connect(tmp_path / "links.db")) as db:
        assert db.execute("SELECT count(*) FROM answers").fetchone() == (0,)


def test_report_groups_addresses_and_names_contradictions(data: Path, server: Server, tmp_path: Path):
    found = check_links(data, tmp_path / "links.db", QUICK)
    today = datetime.now(UTC).date()
    assert link_report.render_text(found).replace(server.url(""), "").splitlines() == [
        "5 addresses: 2 live, 1 moved, 1 gone, 1 unsure (5 asked now)",
        "! 1 file is no valid record (`catalog check`): the addresses there are left out",
        "",
        "Gone (1)",
        "  /status/404",
        f"      404 Not Found; gone since {today}, asked {today}",
        "      in sites/old-demo url, topics/digits links.3.url",
        "",
        "Unsure (1)",
        "  /status/500",
        f"      500 Internal Server Error; asked {today}",
        "      in applications/app demo_url",
        "",
        "Moved for good (1)",
        "  /moved",
        f"      to /new/place; asked {today}",
        "      in topics/digits links.2.url",
        "",
        "Records that say otherwise (2)",
        "  sites/old-demo url: says live, found gone: /status/404",
        "  topics/digits links.1.url: says gone, found live: /live",
    ]


def test_markdown_of_servers_words_stays_in_code_and_fits():
    from catalog.review.link_cache import Known

    now = datetime.now(UTC)
    evil = Known("moved", 200, "https://x.example/`</details>@everyone", None, now, now)
    shown = link_report.render_markdown(Round([Address("https://a.example/", [Use("topics/a", "links.1.url", None)], evil)], 1))
    assert f"- <https://a.example/>: ``to https://x.example/`</details>@everyone; asked {now.date()}`` in `topics/a links.1.url`" in shown
    many = [Address(f"https://a.example/{i}" + "x" * 100, [Use("topics/a", "links.1.url", None)], replace(evil, state="gone", why="404")) for i in range(900)]
    shown = link_report.render_markdown(Round(many, 900))
    assert len(shown.encode()) < 65_536 and "more: `catalog links --limit 0` shows them" in shown


def test_command_reports_in_every_format(data: Path, server: Server):
    folder = data.parent
    quick = ("--own-network", "--delay", "0", "--timeout", "2")
    text = run("links", *quick, "--kind", "topics", "--kind", "sites", cwd=folder)
    assert (text.returncode, text.stdout.splitlines()[0]) == (0, "3 addresses: 1 live, 1 moved, 1 gone (3 asked now)"), text.stderr
    asked = len(server.asked)
    made = json.loads(run("links", "--limit", "0", "--format", "json", cwd=folder).stdout)
    assert made["summary"] == "5 addresses: 1 live, 1 moved, 1 gone, 2 not asked yet (0 asked now)"
    assert {a["url"].removeprefix(server.url("")): a["state"] for a in made["addresses"]} == {
        "/live": "live", "/moved": "moved", "/status/404": "gone", "/status/500": None, "/status/204": None}
    markdown = run("links", "--limit", "0", "--format", "markdown", cwd=folder).stdout
    assert markdown.startswith("<!-- catalog links -->\n**5 addresses: ") and "<details open><summary>Gone (1)</summary>" in markdown
    assert len(server.asked) == asked


def test_unknown_kind_is_wrong_use(data: Path):
    done = run("links", "--kind", "site", "--limit", "0", cwd=data.parent)
    assert (done.returncode, done.stderr.partition("?")[0]) == (2, "there is no kind 'site': did you mean 'sites'")
