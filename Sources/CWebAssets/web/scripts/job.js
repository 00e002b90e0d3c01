// A job's page: its log by steps, live, searchable, with folded groups.
import { openStream, swap, announce } from "./live.js";
import { LogView } from "./log.js";
import { Folds } from "./folds.js";
import { startSearch } from "./search.js";

const root = document.getElementById("log");

function remembered(name, fallback) {
    try {
        return localStorage.getItem(`slipway-log-${name}`) ?? fallback;
    } catch {
        return fallback;
    }
}

function remember(name, value) {
    try {
        localStorage.setItem(`slipway-log-${name}`, value);
    } catch {
        // It holds for this page then.
    }
}

function startSwitch(id, className, isOnByDefault, onClass) {
    const button = document.getElementById(id);
    const set = (isOn) => {
        button.setAttribute("aria-pressed", String(isOn));
        root.classList.toggle(className, isOn === onClass);
    };
    button.hidden = false;
    set(remembered(id, String(isOnByDefault)) === "true");
    button.addEventListener("click", () => {
        const isOn = button.getAttribute("aria-pressed") !== "true";
        set(isOn);
        remember(id, String(isOn));
    });
}

// Following keeps the end in sight until the reader moves away from it.
class Follower {
    constructor(view) {
        this.button = document.getElementById("follow");
        this.view = view;
        this.button.hidden = false;
        this.button.addEventListener("click", () => this.set(!this.isOn, true));
        const away = () => this.set(false);
        window.addEventListener("wheel", (event) => { if (event.deltaY < 0) away(); }, { passive: true });
        window.addEventListener("touchmove", away, { passive: true });
        window.addEventListener("keydown", (event) => {
            if (["PageUp", "ArrowUp", "Home"].includes(event.key)) away();
        });
    }

    get isOn() { return this.view.isFollowing; }

    set(isOn, byHand = false) {
        if (this.view.isFollowing === isOn) return;
        this.view.isFollowing = isOn;
        this.button.setAttribute("aria-pressed", String(isOn));
        if (isOn) this.view.showEnd();
        if (byHand) announce(isOn ? "Following the log" : "No longer following the log");
    }
}

function follow(view, follower) {
    const address = () => `/events?page=job&job=${view.job}&from=${view.liveOffset}`;
    const stop = openStream(address, {
        fragment: (event) => swap(event.data),
        steps: (event) => view.mergeSections(event.data),
        lines: (event) => view.append(event.data, Number(event.lastEventId)),
        end: () => {
            stop();
            view.end();
            follower.set(false);
            follower.button.hidden = true;
        },
    });
}

async function start() {
    startSwitch("times", "times", false, true);
    startSwitch("wrap", "nowrap", true, false);
    const folds = new Folds(root);
    const view = new LogView(root, folds);
    const follower = new Follower(view);
    if (!("live" in root.dataset)) follower.button.hidden = true;
    startSearch(view);
    window.addEventListener("hashchange", () => view.showHash());
    document.addEventListener("next-error", (event) => {
        if (view.showNextError()) event.preventDefault();
    });
    await view.start();
    if ("live" in root.dataset) {
        if (!location.hash) follower.set(true);
        follow(view, follower);
    }
}

if (root) start();
