/**
 * Runs in the browser: fetches the page it stands in every 5 s and takes over what differs in the parts marked `data-live`, node
 * by node, so that focus, scroll and selection stay. The answer is parsed by the request itself, which needs no HTML sink.
 */
export const LIVE_SCRIPT = `
(() => {
  const every = 5000;
  const note = document.getElementById("live");
  const find = (parent, id) => [...parent.children].find((child) => child.id === id);
  const same = (one, other) => one && one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
  function attributes(now, next) {
    for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    for (const { name } of [...now.attributes]) if (name !== "open" && !next.hasAttribute(name)) now.removeAttribute(name);
  }
  function take(now, next) {
    if (now.nodeType !== 1) { if (now.data !== next.data) now.data = next.data; return; }
    if (now.outerHTML === next.outerHTML) return;
    attributes(now, next);
    [...next.childNodes].forEach((fresh, index) => {
      const place = now.childNodes[index] || null;
      const known = (fresh.id && find(now, fresh.id)) || (same(place, fresh) ? place : null);
      if (known) { if (known !== place) now.insertBefore(known, place); take(known, fresh); }
      else now.insertBefore(document.importNode(fresh, true), place);
    });
    while (now.childNodes.length > next.childNodes.length) now.lastChild.remove();
  }
  function update(page) {
    const focused = document.activeElement;
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(part.id);
      if (next) take(part, next);
    }
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  }
  function ask() {
    if (document.hidden) return setTimeout(ask, every);
    const request = new XMLHttpRequest();
    request.open("GET", location.href.split("#")[0]);
    request.setRequestHeader("Accept", "text/html");
    request.responseType = "document";
    request.timeout = 20000;
    request.onloadend = () => {
      // Without a session any more, the answer is the page to sign in.
      const page = request.status === 200 && request.response && request.response.getElementById("live") && request.response;
      if (page) update(page);
      note.textContent = page ? " \\u00b7 Updates by itself" : " \\u00b7 Not up to date: reload the page";
      setTimeout(ask, page ? every : every * 3);
    };
    request.send();
  }
  note.textContent = " \\u00b7 Updates by itself";
  setTimeout(ask, every);
})();
`;
