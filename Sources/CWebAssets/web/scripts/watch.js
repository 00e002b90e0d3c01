// A run that is watched tells when it ends, on whatever page its watcher is by then: by a notification of the browser where that is
// allowed, and in any case by the page's title. Leave is asked for only when somebody clicks.
import { announce, wanted } from "./live.js";

const underWay = ["queued", "waiting", "running"];
const marks = { success: "\u2714", failure: "\u2716", timed_out: "\u2716", refused: "\u2716", lost: "\u2716" };
const words = {
    success: "Succeeded", failure: "Failed", cancelled: "Cancelled", skipped: "Skipped", refused: "Refused", lost: "Lost",
    timed_out: "Timed out",
};
const key = "slipway-watched";
const kept = 20;
// Milliseconds between two looks at the runs that are watched from other pages.
const pause = 10_000;
// A page that was left open keeps nobody signed in.
const unattended = { "Slipway-Unattended": "true" };

function watchedRuns() {
    try {
        const runs = JSON.parse(localStorage.getItem(key) ?? "[]");
        // Before, a run was kept without its title.
        return runs.map((entry) => (typeof entry === "string" ? { run: entry, title: `run ${entry}` } : entry));
    } catch {
        // Without storage a run is watched as long as its page is open.
        return [];
    }
}

function keep(entry, isWatched) {
    const others = watchedRuns().filter((other) => other.run !== entry.run);
    try {
        localStorage.setItem(key, JSON.stringify((isWatched ? [...others, entry] : others).slice(-kept)));
    } catch {
        // See above.
    }
}

// The run whose page this is, while it is watched: its own stream tells of its end.
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
    keep(watched, true);
}

function forget(entry) {
    keep(entry, false);
    if (watched?.run !== entry.run) return;
    watched = null;
    wanted.outOfSight = false;
}

async function toggle(button) {
    if (watched) {
        forget(watched);
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

function tell(entry, mood, word) {
    const text = `${word}: ${entry.title}`;
    document.title = `${marks[mood] ?? "\u25CF"} ${text}`;
    announce(text);
    if (typeof Notification !== "undefined" && Notification.permission === "granted") {
        try {
            // Of several pages that tell of it, one notification stays.
            const note = new Notification(text, { body: `Run ${entry.run}`, tag: `slipway-run-${entry.run}` });
            note.onclick = () => window.focus();
        } catch {
            // Some phones allow it to service workers only: the title has said it.
        }
    }
    forget(entry);
}

// Runs that are watched from other pages: this one may be all that is still open.
async function lookAround() {
    for (const entry of watchedRuns()) {
        if (entry.run === watched?.run) continue;
        try {
            const answer = await fetch(`/api/v1/runs/${encodeURIComponent(entry.run)}`, { headers: unattended });
            // Who is signed out learns nothing more here.
            if (answer.status === 401) return;
            // It was deleted, or is not for whoever is signed in now.
            if ([403, 404].includes(answer.status)) keep(entry, false);
            if (!answer.ok) continue;
            const run = await answer.json();
            const isStillWatched = watchedRuns().some((other) => other.run === entry.run);
            if (run.status === "completed" && isStillWatched) tell(entry, run.conclusion, words[run.conclusion] ?? "Ended");
        } catch {
            // The server is away: the next look may find it.
        }
    }
    setTimeout(lookAround, pause);
}

export function startWatch() {
    const button = document.getElementById("watch");
    document.addEventListener("click", (event) => {
        const clicked = event.target.closest("#watch");
        if (clicked) toggle(clicked);
    });
    document.addEventListener("part-shown", (event) => show(event.detail));
    document.addEventListener("mood-changed", (event) => {
        if (!watched || underWay.includes(event.detail.now)) return;
        tell(watched, event.detail.now, document.querySelector("#run-head .badge")?.textContent.trim() ?? "Ended");
    });
    if (button && watchedRuns().some((entry) => entry.run === button.dataset.run)) watch(button);
    show();
    lookAround();
}
