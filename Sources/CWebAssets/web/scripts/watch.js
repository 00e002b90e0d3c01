// A run that is watched tells when it ends: by a notification of the browser where that is allowed, and in any case by the page's
// title and icon. Leave is asked for only when somebody clicks.
import { announce, wanted } from "./live.js";

const underWay = ["queued", "waiting", "running"];
const marks = { success: "\u2714", failure: "\u2716", timed_out: "\u2716", refused: "\u2716", lost: "\u2716" };
const key = "slipway-watched";
const kept = 50;

function watchedRuns() {
    try {
        return JSON.parse(localStorage.getItem(key) ?? "[]");
    } catch {
        // Without storage a run is watched as long as its page is open.
        return [];
    }
}

function keep(run, isWatched) {
    const others = watchedRuns().filter((other) => other !== run);
    try {
        localStorage.setItem(key, JSON.stringify((isWatched ? [...others, run] : others).slice(-kept)));
    } catch {
        // See above.
    }
}

let watched = null;

function show(root = document) {
    const button = root.querySelector("#watch");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(watched !== null));
    button.textContent = watched ? "Watching" : "Watch";
    button.title = watched ? "You are told when the run ends" : "Be told when the run ends";
}

function watch(button) {
    watched = { run: button.dataset.run, title: button.dataset.title };
    wanted.outOfSight = true;
    keep(watched.run, true);
}

function forget() {
    if (watched) keep(watched.run, false);
    watched = null;
    wanted.outOfSight = false;
}

async function toggle(button) {
    if (watched) {
        forget();
        announce("The run is not watched any more");
    } else {
        watch(button);
        announce("You are told when the run ends");
        if (typeof Notification !== "undefined" && Notification.permission === "default") {
            await Notification.requestPermission();
        }
    }
    show();
}

function tell(mood) {
    const word = document.querySelector("#run-head .badge")?.textContent.trim() ?? "Ended";
    const text = `${word}: ${watched.title}`;
    document.title = `${marks[mood] ?? "\u25CF"} ${text}`;
    announce(text);
    if (typeof Notification !== "undefined" && Notification.permission === "granted") {
        try {
            const note = new Notification(text, { body: `Run ${watched.run}`, tag: `slipway-run-${watched.run}` });
            note.onclick = () => window.focus();
        } catch {
            // Some phones allow it to service workers only: the title has said it.
        }
    }
    forget();
}

export function startWatch() {
    const button = document.getElementById("watch");
    document.addEventListener("click", (event) => {
        const clicked = event.target.closest("#watch");
        if (clicked) toggle(clicked);
    });
    document.addEventListener("part-shown", (event) => show(event.detail));
    document.addEventListener("mood-changed", (event) => {
        if (watched && !underWay.includes(event.detail.now)) tell(event.detail.now);
    });
    if (button && watchedRuns().includes(button.dataset.run)) watch(button);
    show();
}
