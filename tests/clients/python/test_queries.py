"""Listings: filters, orders and pages."""

import json

import pytest
from conftest import Wire


def titles(items):
    return [each.properties["Title"] for each in items]


def all_ten():
    return [f"task {number:02}" for number in range(1, 11)]


def test_items_come_by_id(wire, ten):
    assert titles(ten.items.get().execute_query()) == all_ten()
    assert wire.lines[-1].endswith("/items"), "without $top"


def test_filter_select_and_top_go_together(wire, ten):
    items = ten.items.filter("Status eq 'done' and Id gt 3").select(["Id", "Title"]).top(1).get().execute_query()
    assert wire.lines[-1].endswith("?$select=Id,Title&$filter=Status eq 'done' and Id gt 3&$top=1")
    assert titles(items) == ["task 06"]
    assert set(items[0].properties) - {"ParentList", "ID"} == {"Id", "Title"}, "what was selected and no more"


def test_functions_filter_too(ten):
    assert titles(ten.items.filter("startswith(Title,'task 1')").get().execute_query()) == ["task 10"]
    assert titles(ten.items.filter("substringof('09',Title)").get().execute_query()) == ["task 09"]


@pytest.mark.parametrize("spelling", ["$order_by", "$orderBy", "$orderby"])
def test_each_version_s_spelling_of_the_order_is_taken(wire, ten, spelling):
    items = ten.items
    if spelling == "$order_by":
        items.order_by("Status asc,Id desc")  # this version's own
    else:
        items.query_options.custom[spelling] = "Status asc,Id desc"  # 2.6's, and the documented one
    got = titles(items.get().execute_query())
    assert f"?{spelling}=Status asc,Id desc" in wire.lines[-1]
    assert got == [f"task {number:02}" for number in (9, 6, 3, 10, 8, 7, 5, 4, 2, 1)]


def test_the_first_that_matches_is_found(ten):
    assert ten.items.first("Title eq 'task 07'").execute_query().id == 7


def test_skip_skips(ten):
    assert titles(ten.items.skip(7).get().execute_query()) == ["task 08", "task 09", "task 10"]


def test_pages_are_followed_by_the_link_that_the_server_gives(wire, ten):
    items = ten.items.filter("Status eq 'open'").select(["Title"]).paged(3).get().execute_query()
    assert (len(items), items.has_next) == (3, True)
    assert titles(items) == [f"task {number:02}" for number in (1, 2, 4, 5, 7, 8, 10)]
    pages = wire.calls[1:] if wire.calls[0].line.endswith("contextInfo") else wire.calls
    assert len(pages) == 3
    for page in pages[1:]:
        assert "$skiptoken=" in page.query
        for kept in ("$top=3", "$select=Title", "$filter=Status eq 'open'"):
            assert kept in page.query.replace("+", " "), "the link carries the whole question"


def test_an_order_holds_across_pages(ten):
    items = ten.items
    items.order_by("Status desc,Title desc")
    got = titles(items.get_all(4).execute_query())
    assert got == [f"task {number:02}" for number in (10, 8, 7, 5, 4, 2, 1, 9, 6, 3)]


@pytest.mark.parametrize("size", [1, 3, 5, 10, 11])
def test_get_all_gets_each_item_once(ten, size):
    seen = []
    items = ten.items.get_all(size, lambda page: seen.append(len(page))).execute_query()
    assert titles(items) == all_ten()
    assert seen[-1] == 10


class Linkless(Wire):
    """A transport that loses the link to the next page, so that the client counts for itself."""

    def send(self, request, **options):
        answer = super().send(request, **options)
        if "/items" in request.url and answer.status_code == 200:
            body = answer.json()
            body["d"].pop("__next", None)
            answer._content = json.dumps(body).encode()
        return answer


@pytest.mark.parametrize(("size", "skips"), [(4, [4, 8]), (5, [5, 10])])
def test_the_loop_by_skip_ends_with_each_item_once(connect, ten, title, size, skips):
    wire = Linkless()
    items = connect(wire).web.lists.get_by_title(title).items.get_all(size).execute_query()
    assert titles(items) == all_ten()
    asked = [call.query for call in wire.calls if "/items" in call.path]
    assert asked == [f"$top={size}", *(f"$top={size}&$skip={skip}" for skip in skips)]


def test_a_hundred_come_without_top_and_a_link_to_the_rest(ctx, tasks):
    for number in range(101):
        tasks.add_item({"Title": f"{number}"})
    ctx.execute_query()
    first = tasks.items.get().execute_query()
    assert (len(first), first.has_next) == (100, True)
    assert titles(tasks.items.get_all().execute_query()) == [f"{number}" for number in range(101)]


def test_the_count_of_a_list_is_that_of_its_items(ten):
    assert ten.get().execute_query().item_count == 10
