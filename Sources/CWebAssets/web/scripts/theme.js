// Runs before the page is painted, so that a chosen colour scheme does not flash.
(() => {
    let theme = null;
    try {
        theme = localStorage.getItem("slipway-theme");
    } catch {
        // Without storage the system's scheme counts.
    }
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
