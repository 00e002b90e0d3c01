// Shows points in time as how long ago they are, and durations of what still runs. The page itself has absolute times.
const units = [["d", 86400], ["h", 3600], ["min", 60]];

export function durationText(seconds) {
    const value = Math.max(0, seconds);
    if (value < 10) return `${value.toFixed(1)} s`;
    if (value < 60) return `${Math.floor(value)} s`;
    if (value < 3600) return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
    if (value < 86400) return `${Math.floor(value / 3600)} h ${Math.floor(value / 60) % 60} min`;
    return `${Math.floor(value / 86400)} d ${Math.floor(value / 3600) % 24} h`;
}

function distanceText(milliseconds) {
    const seconds = Math.abs(milliseconds) / 1000;
    if (seconds < 45) return milliseconds > 0 ? `in ${Math.ceil(seconds)} s` : "just now";
    for (const [name, size] of units) {
        if (seconds >= size * 0.9) {
            const text = `${Math.max(1, Math.round(seconds / size))} ${name}`;
            return milliseconds > 0 ? `in ${text}` : `${text} ago`;
        }
    }
    return "1 min ago";
}

function showTime(element, now) {
    if (element.dataset.since) {
        element.textContent = durationText((now - Date.parse(element.dataset.since)) / 1000);
        return;
    }
    const at = Date.parse(element.dateTime);
    if (Number.isNaN(at)) return;
    if (!element.title) element.title = `${element.textContent} · ${new Date(at).toLocaleString()}`;
    element.textContent = distanceText(at - now);
}

export function showTimes(root = document) {
    const now = Date.now();
    for (const element of root.querySelectorAll("time")) showTime(element, now);
    // Never full while something runs: how long it takes this time nobody knows.
    for (const bar of root.querySelectorAll("progress[data-since]")) {
        bar.value = Math.min((now - Date.parse(bar.dataset.since)) / 1000, bar.max * 0.99);
    }
}

export function startTimes() {
    showTimes();
    setInterval(() => {
        if (!document.hidden) showTimes();
    }, 1000);
}
