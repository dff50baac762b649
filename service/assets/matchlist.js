/* What SharePoint gives its pages: _spPageContextInfo, and a request digest that is kept fresh. */
(function () {
  "use strict";
  var context = /*context*/ {};
  window._spPageContextInfo = context;

  var digest = document.createElement("input");
  digest.type = "hidden";
  digest.id = "__REQUESTDIGEST";
  digest.name = "__REQUESTDIGEST";
  digest.value = context.formDigestValue;

  // Scripts in the head may look for the digest before there is a body.
  (document.body || document.documentElement).appendChild(digest);
  document.addEventListener("DOMContentLoaded", function () { document.body.appendChild(digest); });

  function renew() {
    var request = new XMLHttpRequest();
    request.open("POST", context.webServerRelativeUrl + "/_api/contextinfo");
    request.setRequestHeader("Accept", "application/json;odata=nometadata");
    request.onload = function () {
      if (request.status !== 200) { return later(60); }
      var info = JSON.parse(request.responseText);
      digest.value = context.formDigestValue = info.FormDigestValue;
      context.formDigestTimeoutSeconds = info.FormDigestTimeoutSeconds;
      later(info.FormDigestTimeoutSeconds * 0.75);
    };
    request.onerror = function () { later(60); };
    request.send();
  }
  function later(seconds) { setTimeout(renew, seconds * 1000); }

  later(context.formDigestTimeoutSeconds * 0.75);
  // SharePoint's own name for the same; scripts call it before a write that comes late.
  window.UpdateFormDigest = function () { renew(); };
})();
