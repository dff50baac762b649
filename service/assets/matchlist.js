/* What SharePoint gives its pages: _spPageContextInfo, and a request digest that is kept fresh. */
(function () {
  "use strict";
  var context = /*context*/ {};
  window._spPageContextInfo = context;
  var timer, due;

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
      if (request.status === 401) { return signedOut(); }
      if (request.status !== 200) { return later(60); }
      var info = JSON.parse(request.responseText);
      digest.value = context.formDigestValue = info.FormDigestValue;
      var bar = document.getElementById("matchlist-signed-out");
      if (bar) { bar.parentNode.removeChild(bar); }
      context.formDigestTimeoutSeconds = info.FormDigestTimeoutSeconds;
      later(info.FormDigestTimeoutSeconds * 0.75);
    };
    request.onerror = function () { later(60); };
    request.send();
  }
  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(renew, seconds * 1000);
    due = Date.now() + seconds * 1000;
  }

  // A page that has something better to say calls preventDefault. Whoever signs in in another tab and comes
  // back goes on here.
  function signedOut() {
    due = 0;
    var event = document.createEvent("Event");
    event.initEvent("matchlist:signedout", true, true);
    if (!document.dispatchEvent(event) || document.getElementById("matchlist-signed-out")) { return; }
    var link = document.createElement("a");
    link.href = context.webServerRelativeUrl + "/_layouts/15/signin?ReturnUrl="
      + encodeURIComponent(location.pathname + location.search + location.hash);
    link.appendChild(document.createTextNode("Sign in again"));
    var bar = document.createElement("div");
    bar.id = "matchlist-signed-out";
    bar.setAttribute("role", "alert");
    bar.style.cssText = "position:fixed;z-index:2147483647;top:0;left:0;right:0;padding:8px 16px;background:#fff4ce;"
      + "color:#242424;font:14px/20px 'Segoe UI',system-ui,sans-serif;box-shadow:0 1px 4px rgba(0,0,0,.3)";
    link.style.cssText = "color:#0f548c";
    bar.appendChild(document.createTextNode("You are signed out, so that nothing more can be saved here. "));
    bar.appendChild(link);
    document.body.appendChild(bar);
  }

  // Timers stand still while a machine sleeps.
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && Date.now() > due) { renew(); }
  });

  later(context.formDigestTimeoutSeconds * 0.75);
  // SharePoint's own name for the same; scripts call it before a write that comes late.
  window.UpdateFormDigest = function () { renew(); };
})();
