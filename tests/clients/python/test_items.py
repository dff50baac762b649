"""Items: written, read, changed and deleted, and the values of each type."""

from datetime import datetime, timezone

import pytest
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions
from office365.sharepoint.exceptions import SharePointException
from office365.sharepoint.fields.lookup_value import FieldLookupValue
from office365.sharepoint.fields.multi_choice_value import FieldMultiChoiceValue
from office365.sharepoint.fields.multi_lookup_value import FieldMultiLookupValue
from office365.sharepoint.fields.url_value import FieldUrlValue
from office365.sharepoint.lists.creation_information import ListCreationInformation


def raw(ctx, method, url, tag, body):
    """A request that the client signs and judges, but does not make up."""
    request = RequestOptions(url=url, method=HttpMethod.Post, data=body)
    request.set_header("X-HTTP-Method", method)
    request.set_header("IF-MATCH", tag)
    answer = ctx.pending_request().execute_request_direct(request)
    answer.raise_for_status()
    return answer


def test_an_item_is_added_with_the_type_that_the_list_names(ctx, wire, tasks, title):
    made = tasks.add_item({"Title": "wash up", "Status": "open"}).execute_query()
    path = f"/_api/Web/lists/GetByTitle('{title}')"
    assert wire.lines == [f"GET {path}?$select=ListItemEntityTypeFullName,Id", f"POST {path}/items"]
    kind = f"SP.Data.{title.replace(' ', '_x0020_')}ListItem"
    assert f'"__metadata": {{"type": "{kind}"}}' in wire.calls[-1].body
    assert wire.calls[-1].status == 201
    assert wire.calls[-1].answer["Location"].startswith(ctx.service_root_url)
    assert wire.calls[-1].answer["Location"].endswith("/Items(1)")
    assert (made.id, made.properties["Title"], made.properties["Status"]) == (1, "wash up", "open")
    assert made.properties["AuthorId"] == ctx.web.current_user.get().execute_query().id


def test_a_second_item_of_the_same_list_object_asks_for_the_type_no_more(wire, tasks):
    ids = [tasks.add_item({"Title": name}).execute_query().id for name in ("a", "b")]
    assert ids == [1, 2]
    assert [call.method for call in wire.calls] == ["GET", "POST", "POST"]


def test_an_item_is_read_by_each_address_that_the_client_builds(wire, ten):
    by_items = ten.items.get_by_id(3).get().execute_query()
    by_list = ten.get_item_by_id(3).get().execute_query()
    listed = ten.items.filter("Id eq 3").get().execute_query()[0].get().execute_query()
    ends = [line.rpartition("/")[2] for line in wire.lines]
    assert ends == ["GetById(3)", "getItemById(3)", "items?$filter=Id eq 3", "items(3)"]
    assert {each.properties["Title"] for each in (by_items, by_list, listed)} == {"task 03"}


def test_an_update_asks_for_the_parent_list_and_then_merges_over_any_version(connect, wire, ten, title):
    item = ten.items.get_by_id(3)
    item.set_property("Status", "dropped").update().execute_query()
    base = f"/_api/Web/lists/GetByTitle('{title}')/items/GetById(3)"
    assert wire.lines == [f"GET {base}/ParentList?$select=ListItemEntityTypeFullName,Id", f"MERGE {base}"]
    call = wire.calls[-1]
    assert (call.method, call.headers["IF-MATCH"], call.status) == ("POST", "*", 204)
    seen = connect().web.lists.get_by_title(title).items.get_by_id(3).get().execute_query().properties
    assert (seen["Title"], seen["Status"]) == ("task 03", "dropped"), "what was not sent stays"


def test_an_update_of_an_item_from_a_listing_merges_at_its_key(wire, ten):
    item = ten.items.filter("Id eq 4").get().execute_query()[0]
    item.set_property("Title", "other").update().execute_query()
    assert wire.lines[-1].endswith("/items(4)") and wire.calls[-1].status == 204
    assert ten.items.get_by_id(4).get().execute_query().properties["Title"] == "other"


def test_a_stale_tag_raises_and_changes_nothing(ctx, ten, url, title):
    address = f"{url}/_api/web/lists/getbytitle('{title}')/items(3)"
    read = ctx.pending_request().execute_request_direct(RequestOptions(url=address))
    tag = read.json()["d"]["__metadata"]["etag"]
    assert tag == read.headers["ETag"] == '"1"'
    assert raw(ctx, "MERGE", address, tag, {"Title": "mine"}).status_code == 204
    assert ctx.pending_request().execute_request_direct(RequestOptions(url=address)).headers["ETag"] == '"2"'
    with pytest.raises(SharePointException, match="does not match") as refusal:
        raw(ctx, "MERGE", address, tag, {"Title": "theirs"})
    assert refusal.value.response.status_code == 412
    with pytest.raises(SharePointException) as refusal:
        raw(ctx, "DELETE", address, tag, None)
    assert refusal.value.response.status_code == 412
    assert ten.items.get_by_id(3).get().execute_query().properties["Title"] == "mine"


def test_a_deleted_item_is_gone_and_its_id_is_not_given_again(wire, ten):
    ten.items.get_by_id(10).delete_object().execute_query()
    call = wire.calls[-1]
    assert (call.line.rpartition("/")[2], call.headers["IF-MATCH"], call.body) == ("GetById(10)", "*", "")
    assert (call.line.split()[0], call.status) == ("DELETE", 200)
    assert [each.id for each in ten.items.get().execute_query()] == list(range(1, 10))
    assert ten.add_item({"Title": "next"}).execute_query().id == 11


def test_values_of_each_plain_type_come_back_as_they_went_in(tasks):
    fields = tasks.fields
    fields.add_number("Hours")
    fields.add_datetime("Due")
    fields.add_note("Text")
    fields.add_url_field("Link")
    fields.create_field_as_xml('<Field Type="Boolean" Name="Done" DisplayName="Done"/>').execute_query()
    due = datetime(2026, 11, 24, 22, 30, tzinfo=timezone.utc)
    values = {"Hours": 2.5, "Due": due.isoformat(), "Text": "a\nb <c> & Ü", "Done": True}
    made = tasks.add_item({"Title": "x", **values, "Link": FieldUrlValue("https://a.example", Description="A")})
    made.execute_query()
    seen = tasks.items.get_by_id(made.id).get().execute_query().properties
    assert (seen["Hours"], seen["Text"], seen["Done"]) == (2.5, values["Text"], True)
    assert seen["Due"] == "2026-11-24T22:30:00Z"
    assert (seen["Link"]["Url"], seen["Link"]["Description"]) == ("https://a.example", "A")


def test_several_choices_go_in_and_come_back_as_results(tasks, wire):
    tasks.fields.add_choice_field("Colours", ["red", "green", "blue"], True).execute_query()
    made = tasks.add_item({"Title": "x", "Colours": FieldMultiChoiceValue(["red", "blue"])}).execute_query()
    assert '"results": ["red", "blue"]' in wire.calls[-1].body
    assert list(made.properties["Colours"].values()) == ["red", "blue"]
    item = tasks.items.get_by_id(made.id)
    item.set_choice_field_value("Colours", ["green"]).execute_query()
    assert wire.calls[-1].status == 204
    seen = tasks.items.get_by_id(made.id).get().execute_query().properties
    assert list(seen["Colours"].values()) == ["green"]


def people(ctx, title):
    """A list to look things up in, with Ada and Bob."""
    made = ctx.web.lists.add(ListCreationInformation(f"{title} people", None, 100)).execute_query()
    for name in ("Ada", "Bob"):
        made.add_item({"Title": name}).execute_query()
    return made


def test_a_lookup_is_written_by_id_and_read_by_path(ctx, tasks, title):
    tasks.fields.add_lookup_field("Who", people(ctx, title), "Title")
    ctx.execute_query()
    made = tasks.add_item({"Title": "x", "Who": FieldLookupValue(LookupId=2)}).execute_query()
    assert made.properties["WhoId"] == 2
    select = ["Id", "WhoId", "Who/Title"]
    seen = tasks.items.select(select).expand(["Who"]).filter("Who/Title eq 'Bob'").get().execute_query()
    assert [(each.properties["WhoId"], each.properties["Who"]["Title"]) for each in seen] == [(2, "Bob")]
    tasks.items.get_by_id(1).set_lookup_field_value("Who", 1).execute_query()
    again = tasks.items.get_by_id(1).select(select).expand(["Who"]).get().execute_query().properties
    assert (again["WhoId"], again["Who"]["Title"]) == (1, "Ada")


def test_a_lookup_of_several_is_made_of_xml_and_holds_several(ctx, tasks, title, wire):
    tasks.fields.add_lookup_field("Whose", people(ctx, title), "Title", True)
    ctx.execute_query()
    several = FieldMultiLookupValue([FieldLookupValue(LookupId=2), FieldLookupValue(LookupId=1)])
    tasks.add_item({"Title": "x", "Whose": several}).execute_query()
    assert '"WhoseId": {"results": [2, 1]' in wire.calls[-1].body
    seen = tasks.items.select(["WhoseId", "Whose/Title"]).expand(["Whose"]).get().execute_query()[0].properties
    assert list(seen["WhoseId"].values()) == [2, 1], "in the order in which they were written"
    assert [each["Title"] for each in seen["Whose"].values()] == ["Bob", "Ada"]


def test_several_values_stand_in_results_and_an_expanded_one_has_a_type(ctx, url, tasks, title):
    tasks.fields.add_choice_field("Colours", ["red", "green"], True)
    tasks.fields.add_lookup_field("Who", people(ctx, title), "Title")
    ctx.execute_query()
    colours = FieldMultiChoiceValue(["green"])
    tasks.add_item({"Title": "x", "Colours": colours, "Who": FieldLookupValue(LookupId=1)}).execute_query()
    address = f"{url}/_api/web/lists/getbytitle('{title}')/items?$select=Colours,Who/Title&$expand=Who"
    body = ctx.pending_request().execute_request_direct(RequestOptions(url=address)).json()
    (row,) = body["d"]["results"]
    assert row["Colours"] == {"__metadata": {"type": "Collection(Edm.String)"}, "results": ["green"]}
    assert row["Who"]["Title"] == "Ada" and row["Who"]["__metadata"]["type"].startswith("SP.Data.")


def test_a_person_is_written_by_id(ctx, tasks):
    me = ctx.web.current_user.get().execute_query()
    tasks.fields.add_user_field("Owner").execute_query()
    made = tasks.add_item({"Title": "x", "OwnerId": me.id}).execute_query()
    seen = tasks.items.get_by_id(made.id).select(["Owner/Title"]).expand(["Owner"]).get().execute_query()
    assert (made.properties["OwnerId"], seen.properties["Owner"]["Title"]) == (me.id, me.title)


def test_the_form_way_of_an_update_says_what_came_of_each_field(tasks):
    tasks.add_item({"Title": "x"}).execute_query()
    item = tasks.items.get_by_id(1)
    outcome = item.validate_update_list_item({"Status": "formed"}).execute_query().value
    assert [(each.FieldName, each.FieldValue, each.HasException) for each in outcome] == [("Status", "formed", False)]
    assert item.get().execute_query().properties["Status"] == "formed"


def test_the_values_of_an_item_are_read_as_text(tasks):
    tasks.add_item({"Title": "x", "Status": "open"}).execute_query()
    texts = tasks.items.get_by_id(1).field_values_as_text.get().execute_query().properties
    assert (texts["Title"], texts["Status"], texts["ID"]) == ("x", "open", "1")
