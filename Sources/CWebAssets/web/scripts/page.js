// What every page does: colours, times, keys, and following what changes.
import { startLive } from "./live.js";
import { startKeys } from "./keys.js";
import { startTimes } from "./times.js";
import { startWatch } from "./watch.js";

const themes = ["system", "light", "dark"];

function currentTheme() {
    return document.documentElement.dataset.theme ?? "system";
}

function setTheme(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
        if (theme === "system") localStorage.removeItem("slipway-theme");
        else localStorage.setItem("slipway-theme", theme);
    } catch {
        // It holds for this page then.
    }
    const label = theme === "system" ? "as the system" : theme;
    document.getElementById("theme").setAttribute("aria-label", `Colours: ${label}`);
    document.getElementById("news").textContent = `Colours: ${label}`;
}

export function nextTheme() {
    setTheme(themes[(themes.indexOf(currentTheme()) + 1) % themes.length]);
}

function start() {
    const theme = document.getElementById("theme");
    theme.hidden = false;
    theme.title = "Light, dark or as the system (d)";
    theme.addEventListener("click", nextTheme);
    const help = document.getElementById("help-button");
    help.hidden = false;
    help.title = "Keyboard shortcuts (?)";
    help.addEventListener("click", () => document.getElementById("help").showModal());
    startTimes();
    startKeys({ nextTheme });
    // A job's page follows its log and its state on one stream of its own.
    if (document.body.dataset.events && !document.getElementById("log")) startLive(document.body.dataset.events);
    startWatch();
    document.addEventListener("click", closeMenus);
}

// A menu closes when something else is clicked.
function closeMenus(event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
    }
}

start();
