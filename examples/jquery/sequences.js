/* A page script as it was written for SharePoint: jQuery only, verbose JSON, MERGE with IF-MATCH.
   The item LastSeq<abbrev> holds the next free number: the script writes n + 1 and hands out the n that it read.
   (The SDK hands out the number that it wrote: never let both conventions use one item.) */
var ITEMS = "/_api/web/lists/getbytitle('Configuration')/items";
var JSON_VERBOSE = "application/json; odata=verbose";

function readConfiguration() {
  return $.ajax({
    url: _spPageContextInfo.siteServerRelativeUrl + ITEMS + "?$top=5000",
    headers: { Accept: JSON_VERBOSE },
    cache: false
  }).then(function (data) {
    var byTitle = {};
    $.each(data.d.results, function (i, item) { byTitle[item.Title] = item; });
    return byTitle;
  });
}

function getNextSeq(abbrev, deferred) {
  deferred = deferred || $.Deferred();
  readConfiguration().then(function (configuration) {
    var item = configuration["LastSeq" + abbrev];
    if (!item) { deferred.reject("There is no item LastSeq" + abbrev + "."); return; }
    var number = parseInt(item.ParamValue, 10);
    $.ajax({
      url: _spPageContextInfo.siteServerRelativeUrl + ITEMS + "(" + item.ID + ")",
      type: "POST",
      contentType: "application/json;odata=verbose",
      data: JSON.stringify({ __metadata: { type: item.__metadata.type }, ParamValue: String(number + 1) }),
      headers: {
        Accept: JSON_VERBOSE,
        "X-RequestDigest": $("#__REQUESTDIGEST").val(),
        "X-HTTP-Method": "MERGE",
        "IF-MATCH": item.__metadata.etag
      }
    }).then(function () {
      deferred.resolveWith({ abbrev: abbrev, number: number });
    }, function (xhr) {
      if (xhr.status === 412) { getNextSeq(abbrev, deferred); }
      else { deferred.reject("The list answered " + xhr.status + "."); }
    });
  }, function (xhr) { deferred.reject("The list answered " + xhr.status + "."); });
  return deferred.promise();
}

function pad(number) { return ("000" + number).slice(-Math.max(4, String(number).length)); }

function refresh() {
  return readConfiguration().then(function (configuration) {
    var rows = $("#rows").empty();
    $.each(configuration, function (title, item) {
      $("<tr>").append($("<td>").text(title), $("<td>").text(item.ParamValue)).appendTo(rows);
    });
  });
}

$(function () {
  $.each(["AAAA", "BBBB"], function (i, abbrev) {
    $("#next-" + abbrev).on("click", function () {
      getNextSeq(abbrev).then(function () {
        $("#name-" + this.abbrev).val(this.abbrev + "-" + pad(this.number));
        refresh();
      }, function (reason) { $("#status").text(reason).show(); });
    });
  });
  refresh().then(function () { $("body").attr("data-ready", "true"); });
});
