"""The real server, the published client, and what the two said to each other.

`cargo xtask clients` sets MATCHLIST_BIN (the binary). One server serves all checks; each adds lists of its own.
"""

import itertools
import os
import signal
import subprocess
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest
import requests
from office365.sharepoint.client_context import ClientContext
from office365.sharepoint.fields.creation_information import FieldCreationInformation
from office365.sharepoint.fields.type import FieldType
from office365.sharepoint.lists.creation_information import ListCreationInformation

SITE = "/sites/demo"
READY = "listening on "
ENOUGH = 300
numbers = itertools.count(1)


@dataclass
class Call:
    """A request as it went over the wire, and the status and headers of its answer."""

    method: str
    path: str
    query: str
    headers: dict
    body: str
    status: int
    answer: dict

    @property
    def line(self):
        """What a table of calls would say: the tunnelled verb, the path within the site, the query."""
        verb = self.headers.get("X-HTTP-Method", self.method)
        return f"{verb} {self.path.removeprefix(SITE)}" + (f"?{self.query}" if self.query else "")


class Wire(requests.Session):
    """The client's transport, which writes down what passes. It signs nothing, for the server asks for nothing."""

    def __init__(self):
        super().__init__()
        self.auth = lambda request: request
        self.calls = []
        self.hooks["response"].append(self._note)

    def send(self, request, **options):
        # A server that ignores $skip makes the client ask without end.
        assert len(self.calls) < ENOUGH, f"{ENOUGH} requests, the last of them {self.lines[-1]}"
        return super().send(request, **options)

    def _note(self, response, **_):
        sent = response.request
        url = urlsplit(sent.url)
        body = sent.body.decode() if isinstance(sent.body, bytes) else sent.body or ""
        headers = dict(sent.headers)
        path, query = unquote(url.path), unquote(url.query)
        self.calls.append(Call(sent.method, path, query, headers, body, response.status_code, response.headers))

    @property
    def lines(self):
        return [call.line for call in self.calls]


@pytest.fixture(scope="session")
def url():
    """The address of the site on a server that ends as an operator ends it."""
    command = [os.environ["MATCHLIST_BIN"], "serve", "--listen", "127.0.0.1:0", "--data", ":memory:", "--site", SITE]
    environment = {**os.environ, "RUST_LOG": "warn"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        line = server.stdout.readline().rstrip("\n")
        assert line.startswith(READY), f"the server said {line!r}"
        yield line.removeprefix(READY) + SITE
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def connect(url):
    """Gives a further client, which knows nothing of what others loaded."""

    def connect(session=None):
        return ClientContext(url).with_transport(session=session or Wire(), timeout=(3, 20))

    return connect


@pytest.fixture
def ctx(connect, wire):
    return connect(wire)


@pytest.fixture
def title():
    """A title that no other check uses."""
    return f"Tasks {next(numbers)}"


@pytest.fixture
def tasks(ctx, wire, title):
    """A list with a Status, with nothing written down so far."""
    made = ctx.web.lists.add(ListCreationInformation(title, "What is to be done", 100))
    made.fields.add_field(FieldCreationInformation("Status", FieldType.Text))
    ctx.execute_query()
    wire.calls.clear()
    return ctx.web.lists.get_by_title(title)


@pytest.fixture
def ten(tasks, ctx, wire):
    """The same with ten items: task 01 to task 10, each third one done."""
    for number in range(1, 11):
        tasks.add_item({"Title": f"task {number:02}", "Status": "open" if number % 3 else "done"})
    ctx.execute_query()
    wire.calls.clear()
    return tasks
