"""Refusals: the class that the client makes of each, by its code."""

import pytest
from conftest import Wire
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.exceptions import AccessDeniedException, ObjectNotFoundException
from office365.sharepoint.exceptions import (
    SharePointException,
    SPDuplicateValuesFoundException,
)
from office365.sharepoint.lists.creation_information import ListCreationInformation


def refused(question):
    with pytest.raises(ClientRequestException) as refusal:
        question.execute_query()
    return refusal.value, refusal.value.response.status_code


def test_an_item_that_is_not_there(ten):
    error, status = refused(ten.items.get_by_id(99).get())
    assert (status, error.code) == (404, "-2130575338, System.ArgumentException")
    assert "Item does not exist" in error.message and error.message_lang == "en-US"


def test_an_address_that_is_not_there(ctx):
    error, status = refused(ctx.web.get_list("/sites/demo/Lists/None").get())
    assert (type(error), status) == (ObjectNotFoundException, 404)


def test_a_list_id_that_is_not_there(ctx):
    error, status = refused(ctx.web.lists.get_by_id("00000000-0000-0000-0000-000000000001").get())
    assert (type(error), status) == (SharePointException, 404)
    assert error.hresult == "-2130575322"


def test_a_field_that_is_not_there(tasks):
    error, status = refused(tasks.fields.get_by_internal_name_or_title("None").get())
    assert (type(error), status) == (ObjectNotFoundException, 404)


def test_a_column_that_is_not_there(ten):
    error, status = refused(ten.items.filter("None eq 1").get())
    assert (type(error), status) == (ObjectNotFoundException, 400), "as SharePoint: its code is ArgumentException's"
    assert "Column 'None' does not exist" in error.message


def test_a_filter_that_is_none(ten):
    error, status = refused(ten.items.filter("Title eq").get())
    assert (type(error), status) == (SharePointException, 400)


def test_a_property_that_the_type_does_not_have(tasks):
    error, status = refused(tasks.add_item({"Title": "x", "None": 1}))
    assert (type(error), status) == (SharePointException, 400)
    assert tasks.get().execute_query().item_count == 0, "nothing half-done"


def test_a_value_that_is_not_of_the_column(tasks):
    tasks.fields.add_number("Hours").execute_query()
    error, status = refused(tasks.add_item({"Title": "x", "Hours": "many"}))
    assert (isinstance(error, ClientRequestException), status) == (True, 400)
    assert tasks.get().execute_query().item_count == 0


def test_a_value_that_is_there_already(tasks):
    field = tasks.fields.get_by_title("Status")
    field.set_property("Indexed", True).set_property("EnforceUniqueValues", True).update().execute_query()
    tasks.add_item({"Title": "x", "Status": "one"}).execute_query()
    error, _ = refused(tasks.add_item({"Title": "y", "Status": "one"}))
    assert type(error) is SPDuplicateValuesFoundException
    assert tasks.get().execute_query().item_count == 1


def test_an_update_of_an_item_that_is_gone(ten, connect, title):
    item = ten.items.get_by_id(5).get().execute_query()
    connect().web.lists.get_by_title(title).items.get_by_id(5).delete_object().execute_query()
    error, status = refused(item.set_property("Title", "late").update())
    assert (status, error.code) == (404, "-2130575338, System.ArgumentException")


def test_what_a_foreign_origin_asks_for_is_denied(connect, title):
    wire = Wire()
    wire.headers["Origin"] = "https://elsewhere.example"
    error, status = refused(connect(wire).web.lists.add(ListCreationInformation(title, None, 100)))
    assert (type(error), status) == (AccessDeniedException, 403)
    assert len(connect().web.lists.filter(f"Title eq '{title}'").get().execute_query()) == 0
