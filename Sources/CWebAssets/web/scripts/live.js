// Follows a page's event stream and replaces what has changed, leaving focus, open menus and typed text alone.
import { showTimes } from "./times.js";

let mood = document.body.dataset.mood;

// The icon among the tabs shows how things are.
function setMood(next) {
    if (!next || next === mood) return;
    const before = mood;
    mood = next;
    document.body.dataset.mood = next;
    document.getElementById("favicon").href = `/favicon/${next}.svg`;
    document.dispatchEvent(new CustomEvent("mood-changed", { detail: { before, now: next } }));
}

export function announce(text) {
    document.getElementById("news").textContent = text;
}

// Whether a person has put something else into a field than what the page came with.
function isChanged(field) {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    // A list without a choice shows its first line.
    const options = [...field.options];
    const first = field.multiple || options.some((option) => option.defaultSelected) ? null : options[0];
    return options.some((option) => option.selected !== (option.defaultSelected || option === first));
}

function isBusy(element) {
    const menu = element.querySelector("details.menu[open]");
    const isFilledIn = [...element.querySelectorAll("input, select, textarea")].some(isChanged);
    return menu !== null || isFilledIn
        || element.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
}

// What a person has opened or closed, or is at, stays so.
function keepState(from, to) {
    for (const details of from.querySelectorAll("details[id]")) {
        const twin = to.querySelector(`#${CSS.escape(details.id)}`);
        if (twin) twin.open = details.open;
    }
    for (const row of from.querySelectorAll(".current[id]")) {
        to.querySelector(`#${CSS.escape(row.id)}`)?.classList.add("current");
    }
    const scroller = from.querySelector(".graph-frame, .stages-frame");
    const left = scroller ? scroller.scrollLeft : 0;
    return () => {
        const frame = to.querySelector(".graph-frame, .stages-frame");
        if (frame) frame.scrollLeft = left;
    };
}

function focusPath(element) {
    const active = document.activeElement;
    if (!active || !element.contains(active)) return null;
    if (active.id) return `#${CSS.escape(active.id)}`;
    const href = active.getAttribute("href");
    return href ? `a[href="${CSS.escape(href)}"]` : null;
}

const waiting = new Map();

export function swap(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    for (const next of [...template.content.children]) {
        const old = document.getElementById(next.id);
        if (!old) continue;
        if (isBusy(old)) {
            waiting.set(next.id, next.outerHTML);
            continue;
        }
        waiting.delete(next.id);
        replace(old, next);
    }
}

function replace(old, next) {
    const token = document.querySelector("meta[name=form-token]").content;
    for (const field of next.querySelectorAll("input[name=form_token]")) field.value = token;
    const restoreScroll = keepState(old, next);
    const focus = focusPath(old);
    showTimes(next);
    const news = next.dataset.announce;
    if (news && news !== old.dataset.announce) announce(news);
    old.replaceWith(next);
    restoreScroll();
    if (focus) next.querySelector(focus)?.focus({ preventScroll: true });
    setMood(next.dataset.mood);
    document.dispatchEvent(new CustomEvent("part-shown", { detail: next }));
}

// What came while someone was typing is shown once they are done.
setInterval(() => {
    for (const [id, html] of [...waiting]) {
        const old = document.getElementById(id);
        if (old && !isBusy(old)) swap(html);
    }
}, 1000);

// Pages that somebody waits for are followed out of sight, too.
export const wanted = { outOfSight: false };

// A stream that is closed while the page is out of sight: browsers allow six per server, and tabs pile up.
export function openStream(address, listeners) {
    let source = null;
    const indicator = document.getElementById("connection");
    const open = () => {
        if (source || (document.hidden && !wanted.outOfSight)) return;
        source = new EventSource(address());
        source.onopen = () => { indicator.hidden = true; };
        source.onerror = () => {
            indicator.hidden = false;
            // After an answer that is no stream the browser gives up; the server may be back in a while.
            if (source && source.readyState === EventSource.CLOSED) {
                source = null;
                setTimeout(open, 3000);
            }
        };
        for (const [name, listener] of Object.entries(listeners)) source.addEventListener(name, listener);
    };
    const close = () => {
        source?.close();
        source = null;
        indicator.hidden = true;
    };
    const follow = () => (document.hidden && !wanted.outOfSight ? close() : open());
    document.addEventListener("visibilitychange", follow);
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", open);
    open();
    return () => {
        document.removeEventListener("visibilitychange", follow);
        window.removeEventListener("pageshow", open);
        close();
    };
}

export function startLive(address) {
    openStream(() => address, { fragment: (event) => swap(event.data) });
}
