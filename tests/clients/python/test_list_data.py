"""ListData.svc as clients of OData 2 drive it: pyodata, and a reader of feeds that begins at the service document.

Both services' metadata are read by pyodata's parser, and held against the Entity Data Model with lxml.
"""

from urllib.parse import urljoin

import pyodata
import pytest
import requests
from lxml import etree
from pyodata.exceptions import HttpError
from pyodata.v2.model import Config, MetadataBuilder

SERVICES = ["_api", "_vti_bin/ListData.svc"]
ATOM = "{http://www.w3.org/2005/Atom}"
APP = "{http://www.w3.org/2007/app}"
DATA = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
METADATA = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"


@pytest.fixture
def service(url, wire):
    """pyodata on ListData.svc, with its calls written down."""
    return lambda: pyodata.Client(f"{url}/_vti_bin/ListData.svc", wire)


@pytest.fixture
def name(title):
    """The set of the list: its title without the space."""
    return title.replace(" ", "")


@pytest.fixture
def entities(ten, service, name):
    """The set of ten items."""
    return getattr(service().entity_sets, name)


@pytest.mark.parametrize("path", SERVICES)
def test_pyodata_reads_the_metadata(path, tasks, url, name, title):
    answer = requests.get(f"{url}/{path}/$metadata", timeout=20)
    schema = MetadataBuilder(answer.content, config=Config()).build()
    sets = {entity_set.name: entity_set.entity_type for entity_set in schema.entity_sets}
    entity = sets[name] if path != "_api" else sets[f"{title.replace(' ', '_x0020_')}ListItems"]
    assert [key.name for key in entity.key_proprties] == ["Id"]
    assert entity.proprty("Status").typ.name == "Edm.String"
    assert entity.proprty("Modified").typ.name == "Edm.DateTime"


@pytest.mark.parametrize("path", SERVICES)
def test_each_name_in_the_metadata_leads_somewhere(path, tasks, url):
    document = etree.fromstring(requests.get(f"{url}/{path}/$metadata", timeout=20).content)

    def find(kind):
        return document.findall(f".//{{*}}{kind}")

    def full(node):
        schema = next(node.iterancestors("{*}Schema"))
        return f"{schema.get('Namespace')}.{node.get('Name')}"

    types = {full(node) for kind in ("EntityType", "ComplexType") for node in find(kind)}
    used = {node.get("Type") for kind in ("Property", "End") for node in find(kind) if node.get("Type")}
    used |= {node.get("EntityType") for node in find("EntitySet")}
    used |= {node.get("BaseType") for node in find("EntityType") if node.get("BaseType")}
    plain = {name.removeprefix("Collection(").removesuffix(")") for name in used}
    assert {name for name in plain if not name.startswith("Edm.")} <= types
    associations = {full(node) for node in find("Association")}
    assert {node.get("Relationship") for node in find("NavigationProperty")} <= associations
    assert {node.get("Association") for node in find("AssociationSet")} <= associations
    sets = {node.get("Name") for node in find("EntitySet")}
    assert {node.get("EntitySet") for node in find("End") if node.get("EntitySet")} <= sets
    for entity in find("EntityType"):
        names = [node.get("Name") for node in entity if node.tag.endswith("Property")]
        assert len(names) == len(set(names)), full(entity)
        keys = [node.get("Name") for node in entity.findall("{*}Key/{*}PropertyRef")]
        assert set(keys) <= set(names) and bool(keys) != bool(entity.get("BaseType")), full(entity)


def test_pyodata_reads_filters_orders_and_counts(entities, wire, name):
    first = entities.get_entity(1).execute()
    assert (first.Id, first.Title, first.Status, first.Owshiddenversion) == (1, "task 01", "open", 1)
    assert first.Modified.utcoffset().total_seconds() == 0
    done = entities.get_entities().filter("Status eq 'done'").order_by("Title desc").execute()
    assert [entity.Title for entity in done] == ["task 09", "task 06", "task 03"]
    assert entities.get_entities().count().execute() == 10
    page = entities.get_entities().top(2).skip(3).select("Id,Title").count(inline=True).execute()
    assert ([entity.Id for entity in page], page.total_count) == ([4, 5], 10)
    assert wire.calls[1].headers["Accept"] == "application/json"
    assert wire.calls[1].answer["Content-Type"] == "application/json;charset=utf-8"
    assert wire.calls[1].path.endswith(f"/_vti_bin/ListData.svc/{name}(1)")


def test_pyodata_follows_the_link_to_the_next_page(entities):
    page = entities.get_entities().top(4).execute()
    titles = []
    while True:
        titles += [entity.Title for entity in page]
        if page.next_url is None:
            break
        page = entities.get_entities().next_url(page.next_url).execute()
    assert titles == [f"task {number:02}" for number in range(1, 11)]


def test_pyodata_creates_and_deletes(entities, wire):
    made = entities.create_entity().set(Title="made by pyodata", Status="open").execute()
    assert (made.Id, made.Title, made.etag) == (11, "made by pyodata", 'W/"1"')
    assert wire.calls[-1].status == 201
    assert wire.calls[-1].answer["Location"].endswith("(11)")
    entities.delete_entity(11).execute()
    assert wire.calls[-1].status == 204
    with pytest.raises(HttpError) as gone:
        entities.get_entity(11).execute()
    assert gone.value.response.status_code == 404


def test_pyodata_updates_with_a_tag_and_a_stale_one_is_412(entities, wire):
    read = entities.get_entity(2).execute()

    def update(title):
        change = entities.update_entity(2).set(Title=title)
        change.add_headers({"If-Match": read.etag})
        return change.execute()

    update("first")
    assert (wire.calls[-1].method, wire.calls[-1].status, wire.calls[-1].answer["ETag"]) == ("PATCH", 204, 'W/"2"')
    with pytest.raises(HttpError) as stale:
        update("lost")
    assert stale.value.response.status_code == 412
    assert stale.value.response.headers["ETag"] == 'W/"2"'
    message = stale.value.response.json()["error"]["message"]["value"]
    assert message == """The request ETag value 'W/"1"' does not match the object's ETag value 'W/"2"'."""
    assert entities.get_entity(2).execute().Title == "first"


def test_pyodata_reads_a_lookup_whole_and_by_its_link(ten, tasks, service, name):
    tasks.get().execute_query()
    xml = f"<Field Type='Lookup' Name='Before' DisplayName='Before' List='{tasks.id}' ShowField='Title'/>"
    tasks.fields.create_field_as_xml(xml).execute_query()
    tasks.get_item_by_id(2).set_property("BeforeId", 1).update().execute_query()
    entities = getattr(service().entity_sets, name)
    assert entities.get_entity(2).expand("Before").execute().Before.Title == "task 01"
    assert entities.get_entity(2).nav("Before").execute().Title == "task 01"
    found = entities.get_entities().filter("Before/Title eq 'task 01'").execute()
    assert [entity.Id for entity in found] == [2]


@pytest.mark.parametrize("path", SERVICES)
def test_a_reader_of_feeds_goes_from_the_service_document_to_the_last_page(path, ten, url, title, name):
    session = requests.Session()
    session.headers["Accept"] = "application/atomsvc+xml;q=0.8, application/atom+xml;q=0.8, application/xml;q=0.7"

    def get(address):
        answer = session.get(address, timeout=20)
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.content)

    document = get(f"{url}/{path}/")
    sets = {
        collection.findtext(f"{ATOM}title"): urljoin(document.base, collection.get("href"))
        for collection in document.iter(f"{APP}collection")
    }
    own = name if path != "_api" else f"SP.ListData.{title.replace(' ', '_x0020_')}ListItems"
    metadata = get(f"{url}/{path}/$metadata")
    known = {entity_set.get("Name") for entity_set in metadata.iter("{*}EntitySet")}
    assert {called.removeprefix("SP.ListData.") for called in sets} <= known
    address, titles = f"{sets[own]}?$top=3", []
    while address:
        feed = get(address)
        assert feed.tag == f"{ATOM}feed"
        entries = feed.findall(f"{ATOM}entry")
        values = [entry.find(f"{ATOM}content/{METADATA}properties") for entry in entries]
        titles += [value.findtext(f"{DATA}Title") for value in values]
        assert all(value.find(f"{DATA}Id").get(f"{METADATA}type") == "Edm.Int32" for value in values)
        following = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "next"]
        address = urljoin(feed.base, following[0]) if following else None
    assert titles == [f"task {number:02}" for number in range(1, 11)]
