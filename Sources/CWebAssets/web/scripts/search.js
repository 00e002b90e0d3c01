// Searches the whole log on the server and walks through the matches.
export function startSearch(view) {
    const form = document.getElementById("log-search");
    const field = document.getElementById("log-query");
    const count = document.getElementById("log-hits");
    form.hidden = false;
    let matches = [];
    let at = -1;
    let asked = "";
    let isCut = false;

    function showCount() {
        if (asked === "") count.textContent = "";
        else if (matches.length === 0) count.textContent = "nothing found";
        else count.textContent = `${at + 1} of ${matches.length}${isCut ? "+" : ""}`;
    }

    function redecorate() {
        view.decorate(view.root.querySelectorAll(".l"));
    }

    async function go(step) {
        if (matches.length === 0) return;
        at = (at + step + matches.length) % matches.length;
        const match = matches[at];
        view.currentHit = match.line;
        showCount();
        const start = Math.floor(match.offset / view.blockSize) * view.blockSize;
        await view.showLineIn(match.line, start);
        redecorate();
    }

    async function search() {
        const text = field.value.trim();
        if (text === asked) return;
        asked = text;
        matches = [];
        at = -1;
        view.currentHit = null;
        if (text !== "") {
            const response = await fetch(`/api/v1/jobs/${view.job}/log/search?q=${encodeURIComponent(text)}`);
            if (asked !== text) return;
            const result = response.ok ? await response.json() : { matches: [], truncated: false };
            matches = result.matches;
            isCut = result.truncated;
        }
        view.hits = new Set(matches.map((match) => match.line));
        redecorate();
        showCount();
        await go(1);
    }

    let timer = null;
    field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(search, 250);
    });
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        clearTimeout(timer);
        if (field.value.trim() === asked) await go(1);
        else await search();
    });
    field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.shiftKey) {
            event.preventDefault();
            go(-1);
        } else if (event.key === "Escape") {
            field.blur();
        }
    });
    document.getElementById("hit-next").addEventListener("click", () => go(1));
    document.getElementById("hit-previous").addEventListener("click", () => go(-1));
}
