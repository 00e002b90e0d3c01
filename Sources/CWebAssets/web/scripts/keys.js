// Keyboard shortcuts. They are listed in the dialog that "?" opens.
function rows() {
    return [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
}

function current(all) {
    return all.findIndex((row) => row.classList.contains("current"));
}

function move(step) {
    const all = rows();
    if (all.length === 0) return;
    const at = current(all);
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    all[at]?.classList.remove("current");
    all[next].classList.add("current");
    all[next].scrollIntoView({ block: "nearest" });
    (all[next].querySelector("summary, a"))?.focus({ preventScroll: true });
}

function openRow() {
    const all = rows();
    const row = all[current(all)];
    if (!row) return;
    if (row.matches("details")) row.open = !row.open;
    else row.querySelector("a")?.click();
}

function click(selector) {
    document.querySelector(selector)?.click();
}

function focusSearch() {
    const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
    field?.focus();
    field?.select?.();
}

export function startKeys({ nextTheme }) {
    const actions = {
        j: () => move(1),
        k: () => move(-1),
        o: openRow,
        "/": focusSearch,
        f: () => click("#follow:not([hidden])"),
        t: () => click("#times:not([hidden])"),
        u: () => click("[data-up]"),
        d: nextTheme,
        e: () => {
            const wish = new CustomEvent("next-error", { cancelable: true });
            if (document.dispatchEvent(wish)) click("[data-error]");
        },
        "?": () => document.getElementById("help").showModal(),
    };
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (event.key === "Escape") {
            for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
            return;
        }
        if (event.target.closest("input, select, textarea, dialog")) return;
        const action = actions[event.key];
        if (!action) return;
        event.preventDefault();
        action();
    });
}
