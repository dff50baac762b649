"""Columns: each way in which the client adds them, and what it reads of them."""

import pytest
from office365.sharepoint.fields.creation_information import FieldCreationInformation
from office365.sharepoint.fields.field import Field
from office365.sharepoint.fields.type import FieldType
from office365.sharepoint.lists.creation_information import ListCreationInformation


def test_add_field_posts_to_its_own_operation_and_gets_the_field(tasks, wire, title):
    made = tasks.fields.add_field(FieldCreationInformation("Due date", FieldType.DateTime)).execute_query()
    call = wire.calls[-1]
    assert call.line == f"POST /_api/Web/lists/GetByTitle('{title}')/Fields/AddField"
    assert call.body.startswith('{"parameters": {')
    assert (made.title, made.internal_name, made.type_as_string) == ("Due date", "Due_x0020_date", "DateTime")
    assert (made.required, made.properties["ReadOnlyField"]) == (False, False)


@pytest.mark.parametrize(
    ("add", "kind", "name"),
    [
        (lambda fields: fields.add_text_field("F"), FieldType.Text, "Text"),
        (lambda fields: fields.add_note("F"), FieldType.Note, "Note"),
        (lambda fields: fields.add_number("F", "Hours"), FieldType.Number, "Number"),
        (lambda fields: fields.add_datetime("F"), FieldType.DateTime, "DateTime"),
        (lambda fields: fields.add_url_field("F"), FieldType.URL, "URL"),
        (lambda fields: fields.add_user_field("F"), FieldType.User, "User"),
        (lambda fields: fields.add(FieldType.Boolean, Title="F"), FieldType.Boolean, "Boolean"),
        (lambda fields: fields.add(FieldType.Currency, Title="F"), FieldType.Currency, "Currency"),
    ],
    ids=["text", "note", "number", "datetime", "url", "user", "boolean", "currency"],
)
def test_each_kind_is_added_and_read_back(tasks, add, kind, name):
    add(tasks.fields).execute_query()
    read = tasks.fields.get_by_internal_name_or_title("F").get().execute_query()
    assert (read.type_as_string, read.field_type_kind) == (name, kind)


def test_a_dependent_lookup_sends_its_arguments_in_the_body(ctx, tasks, wire, title):
    sites = ctx.web.lists.add(ListCreationInformation(f"{title} sites", "", 100)).execute_query()
    sites.fields.add_number("Size").execute_query()
    north = sites.add_item({"Title": "North", "Size": 7}).execute_query()
    primary = tasks.fields.add_lookup_field("Site", sites.properties["Id"], "Title").execute_query()
    made = tasks.fields.add_dependent_lookup_field("Site size", primary.properties["Id"], "Size").execute_query()
    call = wire.calls[-1]
    assert call.line == f"POST /_api/Web/lists/GetByTitle('{title}')/Fields/AddDependentLookupField"
    assert '"showField": "Size"' in call.body
    assert (made.internal_name, made.type_as_string) == ("Site_x0020_size", "Lookup")
    assert made.properties["PrimaryFieldId"] == primary.properties["Id"]
    tasks.add_item({"Title": "one", "SiteId": north.id}).execute_query()
    shown = ["Site_x0020_size/Size"]
    (item,) = tasks.items.select(shown).expand(["Site_x0020_size"]).get().execute_query()
    assert item.properties["Site_x0020_size"]["Size"] == 7


def test_columns_of_sites_are_added_read_changed_and_deleted(ctx, connect, title):
    made = ctx.web.fields.add_field(FieldCreationInformation(title, FieldType.Text)).execute_query()
    name = made.internal_name
    made.set_property("Description", "On or off").update().execute_query()
    read = connect().web.fields.get_by_internal_name_or_title(name).get().execute_query()
    assert (read.title, read.description, read.properties["Scope"]) == (title, "On or off", "/sites/demo")
    available = connect().web.available_fields.get().execute_query()
    root = connect().site.root_web.fields.get().execute_query()
    for fields in (available, root):
        names = [field.internal_name for field in fields]
        assert names[0] == "Title" and name in names and "Created" in names
    read.delete_object().execute_query()
    assert name not in [field.internal_name for field in connect().web.fields.get().execute_query()]


def test_the_description_of_a_field_is_kept(tasks):
    made = tasks.fields.add_number("Hours", "How long it takes").execute_query()
    assert made.description == "How long it takes"


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_choices_go_in_as_a_typed_collection_and_come_back(tasks, wire, several):
    tasks.fields.add_choice_field("Colour", ["red", "green"], several).execute_query()
    assert '"results": ["red", "green"]' in wire.calls[-1].body
    read = tasks.fields.get_by_internal_name_or_title("Colour").get().execute_query()
    assert list(read.properties["Choices"]) == ["red", "green"]
    assert read.type_as_string == ("MultiChoice" if several else "Choice")


def test_a_field_is_made_of_xml(tasks, wire):
    xml = '<Field Type="Text" Name="Code" DisplayName="The code" Required="TRUE" MaxLength="8"/>'
    made = tasks.fields.create_field_as_xml(xml).execute_query()
    assert wire.calls[-1].line.endswith("/Fields/CreateFieldAsXml")
    assert (made.internal_name, made.title, made.required) == ("Code", "The code", True)
    assert made.properties["MaxLength"] == 8


def test_a_field_is_found_by_either_name_and_by_id(tasks, wire, title):
    made = tasks.fields.add_text_field("Due date").execute_query()
    by = tasks.fields.get_by_internal_name_or_title
    assert by("Due date").get().execute_query().id == made.id
    assert by("Due_x0020_date").get().execute_query().id == made.id
    assert wire.calls[-1].line == (
        f"GET /_api/Web/lists/GetByTitle('{title}')/Fields/getByInternalNameOrTitle('Due_x0020_date')"
    )
    assert tasks.fields.get_by_id(made.id).get().execute_query().title == "Due date"
    assert tasks.fields.get_by_title("Due date").get().execute_query().id == made.id


def test_a_field_is_changed_and_deleted(tasks):
    made = tasks.fields.add_text_field("Code").execute_query()
    made.set_property("Title", "The code").update().execute_query()
    read = tasks.fields.get_by_internal_name_or_title("Code").get().execute_query()
    assert (read.title, read.internal_name) == ("The code", "Code")
    read.delete_object().execute_query()
    assert "Code" not in [each.internal_name for each in tasks.fields.get().execute_query()]


def test_the_fields_are_listed_with_those_that_every_list_has(tasks):
    names = {each.internal_name: each.type_as_string for each in tasks.fields.get().execute_query()}
    expected = {"Title": "Text", "ID": "Counter", "Created": "DateTime", "Author": "User", "Status": "Text"}
    assert expected.items() <= names.items()


def test_ensure_reads_a_field_or_adds_it(tasks):
    first = tasks.fields.ensure(FieldCreationInformation("Code", FieldType.Text)).execute_query()
    again = tasks.fields.ensure(FieldCreationInformation("Code", FieldType.Text)).execute_query()
    assert isinstance(again, Field) and again.id == first.id


def test_a_column_is_indexed_by_its_property(tasks):
    tasks.fields.get_by_title("Status").set_property("Indexed", True).update().execute_query()
    read = tasks.fields.get_by_internal_name_or_title("Status").get().execute_query()
    assert read.properties["Indexed"] is True


def test_a_column_is_indexed_by_ensure_indexed(tasks):
    indexed = lambda: tasks.fields.get_by_title("Status").get().execute_query().properties["Indexed"]
    assert indexed() is False
    tasks.ensure_indexed("Status").execute_query()
    assert indexed() is True
    done = tasks.fields.get_by_title("Status").disable_index().execute_query()
    assert done.value is True and indexed() is False
