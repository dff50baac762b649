"""What every program does first: the digest, the web, and its lists."""

import re

import pytest
import requests
from office365.runtime.auth.token_response import TokenResponse
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.exceptions import DuplicatedObjectException
from office365.sharepoint.client_context import ClientContext
from office365.sharepoint.lists.creation_information import ListCreationInformation


def test_the_first_call_fetches_a_digest_that_every_later_one_carries(ctx, wire):
    ctx.web.get().execute_query()
    ctx.web.lists.get().execute_query()
    assert wire.lines == ["POST /_api/contextInfo", "GET /_api/Web", "GET /_api/Web/lists"]
    digests = {call.headers["X-RequestDigest"] for call in wire.calls[1:]}
    assert len(digests) == 1 and re.fullmatch(r"0x[0-9A-F]+,.+", digests.pop())


def test_every_request_carries_what_the_client_always_sends_and_gets_verbose_json(ctx, wire):
    ctx.web.lists.get().execute_query()
    for call in wire.calls:
        assert call.headers["Accept"] == call.headers["Content-Type"] == "application/json;odata=verbose"
        assert re.fullmatch(r"[0-9a-f-]{36}", call.headers["client-request-id"])
        assert "gzip" in call.headers["Accept-Encoding"]
        kind = call.answer["Content-Type"].partition(";")
        assert kind[0] == "application/json" and kind[2].startswith("odata=verbose")


def test_a_token_is_carried_and_asks_for_nothing_more(url):
    token = TokenResponse("T", "Bearer", expiresIn=86400)
    wire = requests.Session()
    sent = []
    wire.hooks["response"].append(lambda response, **_: sent.append(response.request.headers.get("Authorization")))
    ctx = ClientContext(url).with_transport(session=wire, timeout=(3, 20)).with_access_token(lambda: token)
    assert ctx.web.get().execute_query().title == "demo"
    assert sent == ["Bearer T", "Bearer T"], "the digest's call and the web's"


def test_context_info_says_where_the_web_is_and_how_long_the_digest_holds(ctx, url):
    ctx.web.get().execute_query()
    info = ctx.context_info
    assert info.WebFullUrl == info.SiteFullUrl == url
    assert info.FormDigestTimeoutSeconds > 60, "a shorter one costs a call per request"
    assert "15.0.0.0" in list(info.SupportedSchemaVersions)


def test_the_web_has_its_title_and_addresses(ctx, url):
    web = ctx.web.get().execute_query()
    assert web.server_relative_url == "/sites/demo"
    assert web.url == url
    assert web.title == "demo"
    assert re.fullmatch(r"[0-9a-f-]{36}", web.id)


def test_a_list_is_added_as_the_client_spells_it(ctx, wire, title):
    made = ctx.web.lists.add(ListCreationInformation(title, "About it", 100)).execute_query()
    call = wire.calls[-1]
    assert (call.line, call.status) == ("POST /_api/Web/lists", 201)
    assert call.body.endswith('"__metadata": {"type": "SP.List"}}'), "the type comes last"
    assert (made.title, made.description, made.base_template, made.item_count) == (title, "About it", 100, 0)
    assert made.properties["EntityTypeName"] == title.replace(" ", "_x0020_") + "List"


def test_lists_are_read_and_filtered(ctx, tasks, title):
    assert title in [each.title for each in ctx.web.lists.get().execute_query()]
    found = ctx.web.lists.filter(f"Title eq '{title}'").get().execute_query()
    assert [each.title for each in found] == [title]
    assert len(ctx.web.lists.filter("Title eq 'No such'").get().execute_query()) == 0


def test_a_list_is_found_by_title_by_id_and_by_the_key_of_a_listing(ctx, wire, tasks, title):
    by_title = tasks.get().execute_query()
    by_id = ctx.web.lists.get_by_id(by_title.id).get().execute_query()
    listed = ctx.web.lists.filter(f"Title eq '{title}'").get().execute_query()[0]
    listed.items.get().execute_query()
    assert wire.lines[-1] == f"GET /_api/Web/lists('{by_title.id}')/items", "a plain key, without `guid`"
    assert wire.calls[-1].status == 200
    assert by_id.title == listed.title == title
    assert by_title.id == by_id.id == listed.id


def test_a_title_with_a_quote_a_percent_sign_and_letters_of_elsewhere_is_found(ctx, title):
    odd = f"{title}: Bob's 100% & Ü"
    ctx.web.lists.add(ListCreationInformation(odd, None, 100)).execute_query()
    assert ctx.web.lists.get_by_title(odd).get().execute_query().title == odd


def test_the_entity_type_of_the_items_is_what_the_client_sends_back(tasks, title):
    tasks.get().execute_query()
    name = title.replace(" ", "_x0020_")
    assert tasks.properties["ListItemEntityTypeFullName"] == f"SP.Data.{name}ListItem"


def test_a_list_is_changed(ctx, wire, tasks, title):
    tasks.set_property("Description", "Another").update().execute_query()
    assert wire.calls[-1].line == f"MERGE /_api/Web/lists/GetByTitle('{title}')"
    assert wire.calls[-1].status == 204
    assert ctx.web.lists.get_by_title(title).get().execute_query().description == "Another"


def test_ensure_list_finds_or_adds(ctx, tasks, title):
    known = tasks.get().execute_query().id
    assert ctx.web.lists.ensure_list(title).execute_query().id == known
    other = ctx.web.lists.ensure_list(f"{title} more").execute_query()
    assert other.title == f"{title} more" and other.id != known


def test_a_deleted_list_is_gone(ctx, wire, tasks, title):
    tasks.delete_object().execute_query()
    call = wire.calls[-1]
    assert (call.line, call.headers["IF-MATCH"]) == (f"DELETE /_api/Web/lists/GetByTitle('{title}')", "*")
    assert (call.body, call.status) == ("", 200)
    with pytest.raises(ClientRequestException, match=f"List '{title}' does not exist") as refusal:
        ctx.web.lists.get_by_title(title).get().execute_query()
    assert (refusal.value.response.status_code, refusal.value.code) == (404, "-1, System.ArgumentException")


def test_a_second_list_of_a_title_is_a_duplicate(ctx, tasks, title):
    with pytest.raises(DuplicatedObjectException):
        ctx.web.lists.add(ListCreationInformation(title, None, 100)).execute_query()
    assert len(ctx.web.lists.filter(f"Title eq '{title}'").get().execute_query()) == 1


def test_the_caller_is_known(ctx):
    user = ctx.web.current_user.get().execute_query()
    assert user.id > 0
    ensured = ctx.web.ensure_user(user.login_name).execute_query()
    assert (ensured.id, ensured.title) == (user.id, user.title)
