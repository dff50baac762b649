"""Batches: what the client sends in one, and what each call within comes to."""

import re

import pytest
from office365.runtime.client_request_exception import ClientRequestException


def contents(items):
    return [each.properties["Title"] for each in items.get().execute_query()]


def batches(wire):
    return [call for call in wire.calls if call.path.endswith("/_api/$batch")]


def lines(batch):
    """The request lines within a batch."""
    return [line for line in batch.body.splitlines() if line.endswith(" HTTP/1.1")]


def test_writes_and_reads_go_in_one_batch_and_each_comes_true(ctx, connect, wire, ten, title):
    changed = ten.items.get_by_id(1)
    changed.set_property("Title", "changed").update()
    ten.items.get_by_id(2).delete_object()
    read = ten.items.filter("Status eq 'done'").select(["Id", "Title"]).get()
    web = ctx.web.get()
    ctx.execute_batch()

    assert [each.properties["Title"] for each in read] == ["task 03", "task 06", "task 09"]
    assert web.properties["Title"] == "demo"
    assert contents(connect().web.lists.get_by_title(title).items) == ["changed"] + [
        f"task {n:02}" for n in range(3, 11)
    ]
    # The type of the list is read first, in a batch of its own.
    [of_type, batch] = batches(wire)
    assert len(lines(of_type)) == 1 and "/ParentList?$select=" in lines(of_type)[0]
    assert (batch.status, batch.method) == (200, "POST")
    assert batch.headers["Content-Type"].startswith("multipart/mixed; boundary=batch_")
    assert re.match(r"multipart/mixed; boundary=batchresponse_[0-9a-f-]{36}$", batch.answer["Content-Type"])
    # A preamble, then writes in a change set, then reads, all at absolute addresses with their blanks as they are.
    preamble, _, rest = batch.body.partition("\n\n--batch_")
    assert preamble.startswith("Content-Type: multipart/mixed;\n boundary=")
    items = f"{ctx.service_root_url}/Web/lists/GetByTitle('{title}')/items"
    assert lines(batch) == [
        f"MERGE {items}/GetById(1) HTTP/1.1",
        f"DELETE {items}/GetById(2) HTTP/1.1",
        f"GET {items}?$select=Id,Title&$filter=Status eq 'done' HTTP/1.1",
        f"GET {ctx.service_root_url}/Web HTTP/1.1",
    ]
    assert rest.index('boundary="changeset_') < rest.index("MERGE ") < rest.index("--\n\n--batch_") < rest.index("GET ")
    # The headers of each part say what the whole says already, without a blank after the colon.
    within = rest.splitlines()
    for header in ("X-HTTP-Method:MERGE", "X-HTTP-Method:DELETE", "IF-MATCH:*"):
        assert header in within
    assert len([line for line in within if line.startswith("X-RequestDigest:0x")]) == 4
    at = within.index(next(line for line in within if line.startswith("{")))
    assert within[at - 2 : at] == ["", ""]


def test_a_call_that_fails_within_a_batch_raises_and_those_beside_it_stand(ctx, connect, wire, ten, title):
    ten.items.get_by_id(1).delete_object()
    ten.items.get_by_id(99).delete_object()
    ten.items.get_by_id(2).delete_object()
    with pytest.raises(ClientRequestException) as refusal:
        ctx.execute_batch()
    assert refusal.value.response.status_code == 404
    assert refusal.value.code == "-2130575338, System.ArgumentException"
    assert contents(connect().web.lists.get_by_title(title).items) == [f"task {n:02}" for n in range(3, 11)]
    assert [call.status for call in batches(wire)] == [200]


def test_items_are_added_in_a_batch_of_their_own_after_their_type_is_read(ctx, wire, tasks):
    added = [tasks.add_item({"Title": name}) for name in ("a", "b", "c")]
    ctx.execute_batch()
    assert [item.id for item in added] == [1, 2, 3]
    assert contents(tasks.items) == ["a", "b", "c"]
    sent = [re.findall(r"^(GET|POST) http", call.body, re.MULTILINE) for call in batches(wire)]
    assert sum(sent, []).count("POST") == 3 and sent[0] == ["GET"], sent
