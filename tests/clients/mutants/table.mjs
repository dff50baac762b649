// Which suites must notice which fault, and by which check: "file: name of the check". `unseen` says why a client
// cannot notice. A fault that a check let pass would let the server break the same promise unnoticed.

const unseen = (why) => ({ unseen: why });

export const MUST_NOTICE = {
  // The five that a service for number sequences must never have.
  "if-match-ignored": {
    pnpjs: ["items: item.update gives the new tag, and a stale one is 412", "items: item.delete heeds the tag, and no Id is given twice"],
    // The client itself always sends `*`; the check makes it send the tag that it read.
    python: ["test_items: test_a_stale_tag_raises_and_changes_nothing"],
    jquery: ["items: a stale IF-MATCH is 412 with the conflict, and changes nothing", "callbacks: loops that race for numbers never get one twice"],
  },
  "skip-ignored": {
    // For items PnPjs sends $skiptoken in its stead; for lists it sends $skip.
    pnpjs: ["lists: lists() gives all, and takes select, filter, orderBy, top and skip"],
    python: ["test_queries: test_skip_skips", "test_queries: test_the_loop_by_skip_ends_with_each_item_once"],
    jquery: ["reads: $skip and $top take a part"],
  },
  "next-relative": {
    pnpjs: ["items: for await goes through all pages, each row once"],
    python: ["test_queries: test_pages_are_followed_by_the_link_that_the_server_gives"],
    // A page would resolve it; the check demands what other callers need.
    jquery: ["reads: d.__next leads through all pages, with the whole question"],
  },
  "ids-reused": {
    pnpjs: ["items: item.delete heeds the tag, and no Id is given twice"],
    python: ["test_items: test_a_deleted_item_is_gone_and_its_id_is_not_given_again"],
    jquery: ["items: DELETE deletes, and no Id is given twice"],
  },
  "filter-lost-on-page-2": {
    pnpjs: ["items: for await keeps filter, order and selection on later pages"],
    python: ["test_queries: test_pages_are_followed_by_the_link_that_the_server_gives"],
    jquery: ["reads: d.__next leads through all pages, with the whole question"],
  },

  "order-lost-on-page-2": {
    pnpjs: ["items: for await keeps filter, order and selection on later pages"],
    python: ["test_queries: test_an_order_holds_across_pages"],
    jquery: ["reads: d.__next leads through all pages, with the whole question"],
  },
  "next-missing": {
    pnpjs: ["items: for await goes through all pages, each row once"],
    python: ["test_queries: test_pages_are_followed_by_the_link_that_the_server_gives"],
    jquery: ["reads: a hundred rows come without $top, and a link to the rest"],
  },
  "tag-never-rises": {
    pnpjs: ["items: item.update gives the new tag, and a stale one is 412"],
    python: ["test_items: test_a_stale_tag_raises_and_changes_nothing"],
    jquery: ["items: MERGE changes what is sent, and 204 is a success"],
  },
  "conflict-as-204": {
    pnpjs: ["items: item.update gives the new tag, and a stale one is 412"],
    python: ["test_items: test_a_stale_tag_raises_and_changes_nothing"],
    jquery: ["items: a stale IF-MATCH is 412 with the conflict, and changes nothing", "callbacks: statusCode handlers are called by status"],
  },
  "location-missing": {
    pnpjs: ["items: items.add gives the item itself"],
    python: ["test_items: test_an_item_is_added_with_the_type_that_the_list_names"],
    jquery: ["items: POST adds an item: 201, the item, its tag and its address"],
  },
  "star-is-stale": {
    pnpjs: ["items: item.update gives the new tag, and a stale one is 412"],
    python: ["test_items: test_an_update_asks_for_the_parent_list_and_then_merges_over_any_version"],
    jquery: ["items: IF-MATCH * overwrites any version"],
  },
  "merge-replaces": {
    pnpjs: ["items: item.update gives the new tag, and a stale one is 412"],
    python: ["test_items: test_an_update_asks_for_the_parent_list_and_then_merges_over_any_version"],
    jquery: ["items: MERGE changes what is sent, and 204 is a success"],
  },
  "write-lost": {
    pnpjs: ["values: values of every type are changed, and taken away by null"],
    python: ["test_items: test_an_update_asks_for_the_parent_list_and_then_merges_over_any_version"],
    jquery: ["items: 204 is no parsererror where dataType is json", "callbacks: loops that race for numbers never get one twice"],
  },
  "no-content-as-null": {
    pnpjs: ["items: item.update gives the new tag, and a stale one is 412"],
    python: ["test_items: test_an_update_asks_for_the_parent_list_and_then_merges_over_any_version"],
    jquery: ["items: 204 is no parsererror where dataType is json"],
  },
  "errors-without-words": {
    pnpjs: ["items: items.getById gives the item, or 404"],
    python: ["test_errors: test_an_item_that_is_not_there"],
    jquery: ["callbacks: an error callback reads error.message.value"],
  },
  "json-called-text": {
    pnpjs: ["web: a read carries the client's headers, and gets minimal metadata"],
    python: ["test_queries: test_items_come_by_id"],
    jquery: ["items: $.ajax reads d.results, ID and __metadata.etag"],
  },
  "if-none-match-ignored": {
    pnpjs: unseen("it never sends If-None-Match"),
    python: unseen("it never sends If-None-Match"),
    jquery: ["reads: ifModified asks with If-None-Match, and 304 is a success"],
  },
};
