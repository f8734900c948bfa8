/**
 * Runs in the browser. Fetches the current page every 5 s (every minute in a hidden tab) and updates the elements with `data-live`
 * node by node, which preserves focus, scroll position and selection. The title and icon of the tab follow. A notice disappears when
 * the title changes, since it describes an earlier state. XMLHttpRequest parses the response, so that no HTML sink is needed.
 */
export const LIVE_SCRIPT = `
(() => {
  const every = 5000;
  const hidden = 60000;
  let timer;
  const note = document.getElementById("live");
  const find = (parent, id) => [...parent.children].find((child) => child.id === id);
  const same = (one, other) => one && one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
  document.documentElement.className = "js";
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest(".copy");
    if (!button) return;
    const code = button.parentNode.firstElementChild;
    getSelection().selectAllChildren(code);
    const copied = navigator.clipboard ? navigator.clipboard.writeText(code.textContent) : Promise.reject();
    copied.then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Press Ctrl+C"; });
  });
  function attributes(now, next) {
    for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    for (const { name } of [...now.attributes]) if (name !== "open" && !next.hasAttribute(name)) now.removeAttribute(name);
  }
  function merge(now, next) {
    if (now.nodeType !== 1) { if (now.data !== next.data) now.data = next.data; return; }
    if (now.outerHTML === next.outerHTML) return;
    attributes(now, next);
    [...next.childNodes].forEach((fresh, index) => {
      const place = now.childNodes[index] || null;
      const known = (fresh.id && find(now, fresh.id)) || (same(place, fresh) ? place : null);
      if (known) { if (known !== place) now.insertBefore(known, place); merge(known, fresh); }
      else now.insertBefore(document.importNode(fresh, true), place);
    });
    while (now.childNodes.length > next.childNodes.length) now.lastChild.remove();
  }
  function update(page) {
    const focused = document.activeElement;
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(part.id);
      if (next) merge(part, next);
    }
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    if (document.title === page.title) return;
    document.title = page.title;
    const icon = page.getElementById("favicon");
    if (icon) document.getElementById("favicon").href = icon.getAttribute("href");
    const notice = document.getElementById("notice");
    if (notice) notice.textContent = "";
  }
  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(refresh, document.hidden ? Math.max(wait, hidden) : wait);
  }
  function refresh() {
    const address = new URL(location.href);
    if (address.searchParams.has("notice")) {
      address.searchParams.delete("notice");
      history.replaceState(null, "", address);
    }
    const request = new XMLHttpRequest();
    request.open("GET", location.href.split("#")[0]);
    request.setRequestHeader("Accept", "text/html");
    request.responseType = "document";
    request.timeout = 20000;
    request.onloadend = () => {
      // After the session has ended, the response is the sign-in page.
      const page = request.status === 200 && request.response && request.response.getElementById("live") && request.response;
      if (page) update(page);
      note.textContent = page ? " \\u00b7 Updates automatically" : " \\u00b7 Out of date: reload the page";
      plan(page ? every : every * 3);
    };
    request.send();
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(0); });
  note.textContent = " \\u00b7 Updates automatically";
  plan(every);
})();
`;
