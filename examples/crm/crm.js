// Two people edit one customer: the tag comes with the page, and a save says which version it saw.
angular.module("crm", []).controller("Customers", ["$http", function ($http) {
  var page = this;
  var items = "/_api/lists/Customers/items";
  page.fields = ["Title", "City", "Phone", "Contact"];

  page.open = function (id) {
    return $http.get(items + "(" + id + ")").then(function (reply) {
      page.tag = reply.headers("ETag");
      page.base = angular.copy(reply.data);
      page.mine = reply.data;
      page.conflict = page.theirs = page.saved = page.failed = null;
    });
  };

  page.save = function () {
    page.saved = page.failed = null;
    var request = { headers: { "If-Match": page.tag, Prefer: "return=representation" } };
    return $http.put(items + "(" + page.mine.Id + ")", page.mine, request).then(function (reply) {
      page.tag = reply.headers("ETag");
      page.base = angular.copy(reply.data);
      page.mine = reply.data;
      page.conflict = page.theirs = null;
      page.saved = "Saved as version " + page.tag + ".";
      return page.refresh();
    }, function (reply) {
      var error = reply.data && reply.data["odata.error"];
      if (reply.status === 412 && error) {
        page.conflict = error.conflict;
        page.theirs = error.conflict.item;
      } else {
        page.failed = error ? error.message.value : "The server answered " + reply.status + ".";
      }
    });
  };

  function changed(field, from, to) { return from[field] !== to[field]; }

  // The fields that both changed, to different values.
  page.overlap = function () {
    return page.fields.filter(function (field) {
      return changed(field, page.base, page.mine) && changed(field, page.base, page.theirs) &&
        changed(field, page.mine, page.theirs);
    });
  };

  page.merge = function () {
    var merged = angular.copy(page.theirs);
    page.fields.forEach(function (field) {
      if (changed(field, page.base, page.mine)) { merged[field] = page.mine[field]; }
    });
    page.base = page.theirs;
    page.tag = page.conflict.etag;
    page.mine = merged;
    return page.save();
  };

  page.refresh = function () {
    return $http.get(items + "?$orderby=Title").then(function (reply) { page.all = reply.data.value; });
  };

  page.refresh().then(function () { document.body.dataset.ready = "true"; });
}]);
