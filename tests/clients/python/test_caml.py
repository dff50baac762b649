"""Items by CAML, with pages, and rows as they are shown."""

import json

import pytest
from office365.runtime.client_request_exception import ClientRequestException
from office365.sharepoint.listitems.caml.query import CamlQuery

DONE = '<Where><Eq><FieldRef Name="Status"/><Value Type="Text">done</Value></Eq></Where>'


def titles(items):
    return [each.properties["Title"] for each in items]


def numbered(*numbers):
    return [f"task {number:02}" for number in numbers]


def test_caml_finds_all_items_and_those_of_a_condition(wire, ten):
    assert titles(ten.get_items().execute_query()) == numbered(*range(1, 11))
    sent = json.loads(wire.calls[-1].body)["query"]
    assert (wire.lines[-1].rsplit("/", 1)[-1], sent["__metadata"]) == ("GetItems", {"type": "SP.CamlQuery"})
    found = ten.get_items(CamlQuery.parse(DONE)).execute_query()
    assert titles(found) == numbered(3, 6, 9)
    assert found[0].properties["Id"] == 3 and found[0].properties["Status"] == "done"
    assert titles(ten.get_items(CamlQuery.create_all_files_query()).execute_query()) == numbered(*range(1, 11))
    assert titles(ten.get_items(CamlQuery.create_all_folders_query()).execute_query()) == []


def test_caml_pages_go_on_after_the_last_item(wire, ten):
    query = CamlQuery()
    query.ViewXml = "<View><Query/><RowLimit Paged='TRUE'>3</RowLimit></View>"
    assert titles(ten.get_items(query, page_size=3).execute_query()) == numbered(*range(1, 11))
    sent = [json.loads(call.body)["query"] for call in wire.calls if call.line.endswith("GetItems")]
    positions = [each.get("ListItemCollectionPosition") or {} for each in sent]
    assert [each.get("PagingInfo") for each in positions][1:] == [f"Paged=TRUE&p_ID={n}" for n in (3, 6, 9)]


def test_caml_pages_keep_the_order(wire, ten):
    query = CamlQuery()
    order = '<OrderBy><FieldRef Name="Status"/><FieldRef Name="Title" Ascending="FALSE"/></OrderBy>'
    query.ViewXml = f"<View><Query>{order}</Query><RowLimit Paged='TRUE'>4</RowLimit></View>"
    assert titles(ten.get_items(query, page_size=4).execute_query()) == numbered(9, 6, 3, 10, 8, 7, 5, 4, 2, 1)


def test_caml_of_an_unknown_field_is_refused(ten):
    query = CamlQuery.parse(DONE.replace("Status", "Nowhere"))
    with pytest.raises(ClientRequestException) as refusal:
        ten.get_items(query).execute_query()
    assert refusal.value.response.status_code == 400
    assert "One or more field types are not installed properly" in refusal.value.message


def test_rows_are_rendered(ten):
    result = ten.render_list_data(f"<View><Query>{DONE}</Query></View>").execute_query()
    rows = json.loads(result.value)["Row"]
    assert [(row["ID"], row["Title"]) for row in rows] == [("3", "task 03"), ("6", "task 06"), ("9", "task 09")]
