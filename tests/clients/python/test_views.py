"""Views: read, made, changed, deleted, and their columns."""

import pytest
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.exceptions import ObjectNotFoundException
from office365.sharepoint.views.create_information import ViewCreationInformation


def shown(connect, title, view):
    """The columns of a view, as another client reads them."""
    fields = connect().web.lists.get_by_title(title).views.get_by_title(view).view_fields
    return list(fields.get().execute_query())


def test_a_list_has_a_default_view(ten, connect, title):
    (view,) = ten.views.get().execute_query()
    assert (view.title, view.default_view, view.row_limit, view.view_type) == ("All Items", True, 30, "HTML")
    assert view.view_query == '<OrderBy><FieldRef Name="ID" /></OrderBy>'
    assert view.server_relative_url == f"/sites/demo/Lists/{title}/AllItems.aspx"
    assert connect().web.lists.get_by_title(title).default_view.get().execute_query().id == view.id
    assert ten.views.get_by_id(view.id).get().execute_query().title == "All Items"
    assert shown(connect, title, "All Items") == ["LinkTitle"]


def test_a_view_that_is_not_there(ten):
    with pytest.raises(ObjectNotFoundException):
        ten.views.get_by_title("None").get().execute_query()


def test_views_add_posts_to_its_own_operation(tasks, wire, connect, title):
    made = tasks.views.create("Open", ["Status", "LinkTitle"], 5, "HTML", True, False, SetAsDefaultView=True).execute_query()
    call = wire.calls[-1]
    assert call.line == f"POST /_api/Web/lists/GetByTitle('{title}')/views/Add"
    assert call.body.startswith('{"parameters": {')
    assert (made.title, made.row_limit, made.default_view, made.personal_view) == ("Open", 5, True, False)
    assert shown(connect, title, "Open") == ["Status", "LinkTitle"]
    tasks.views.add(ViewCreationInformation("Plain", Query="<OrderBy><FieldRef Name='Status'/></OrderBy>")).execute_query()
    views = connect().web.lists.get_by_title(title).views.get().execute_query()
    assert [(view.title, view.default_view) for view in views] == [
        ("All Items", False), ("Open", True), ("Plain", False)
    ]
    assert views[2].view_query == "<OrderBy><FieldRef Name='Status'/></OrderBy>"


def test_ensure_view_finds_or_adds(tasks, connect, title):
    made = tasks.views.ensure_view("Open", ["Status"], 5).execute_query()
    again = connect().web.lists.get_by_title(title).views
    found = again.ensure_view("Open", row_limit=7, on_conflict="update").execute_query()
    assert found.id == made.id
    views = connect().web.lists.get_by_title(title).views.get().execute_query()
    assert [(view.title, view.row_limit) for view in views] == [("All Items", 30), ("Open", 7)]


def test_a_view_is_changed_and_deleted(tasks, wire, connect, title):
    view = tasks.views.create("Open").execute_query()
    view.set_property("Title", "Closed").set_property("RowLimit", 3).update().execute_query()
    assert wire.calls[-1].headers["X-HTTP-Method"] == "MERGE"
    read = connect().web.lists.get_by_title(title).views.get_by_title("Closed").get().execute_query()
    assert (read.id, read.row_limit) == (view.id, 3)
    view.set_view_xml("<View><ViewFields><FieldRef Name='Status'/></ViewFields></View>").execute_query()
    assert shown(connect, title, "Closed") == ["Status"]
    view.delete_object().execute_query()
    views = connect().web.lists.get_by_title(title).views.get().execute_query()
    assert [view.title for view in views] == ["All Items"]


def test_the_columns_of_a_view_are_added_moved_and_removed(tasks, connect, title):
    fields = tasks.default_view.view_fields
    fields.add_view_field("Status").add_view_field("Modified").execute_query()
    fields.move_view_field_to("Modified", 0).execute_query()
    assert shown(connect, title, "All Items") == ["Modified", "LinkTitle", "Status"]
    fields.remove_view_field("LinkTitle").execute_query()
    assert shown(connect, title, "All Items") == ["Modified", "Status"]
    with pytest.raises(ClientRequestException) as refusal:
        fields.add_view_field("None").execute_query()
    assert refusal.value.response.status_code == 400
    fields.remove_all_view_fields().execute_query()
    assert shown(connect, title, "All Items") == []


def test_a_view_is_rendered_as_html(ten, wire):
    ten.default_view.set_property("RowLimit", 1).update().execute_query()
    html = ten.default_view.render_as_html().execute_query().value
    assert wire.calls[-1].method == "POST"
    assert html == (
        '<table class="ms-listviewtable"><thead><tr><th scope="col">Title</th></tr></thead>'
        "<tbody><tr><td>task 01</td></tr></tbody></table>"
    )
