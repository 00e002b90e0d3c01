// Groups in the log are folded unless something in them needs to be seen. A group is known by the number of the line that
// opens it; one rule of a style sheet shows each open one, so it does not matter when its lines arrive.
export class Folds {
    constructor(root) {
        this.root = root;
        this.open = new Set();
        this.closedByHand = new Set();
        this.sheet = new CSSStyleSheet();
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
        root.addEventListener("click", (event) => {
            const button = event.target.closest("button.fold");
            if (button) this.toggle(button.dataset.fold);
        });
        this.write();
    }

    toggle(group) {
        if (this.open.has(group)) {
            this.open.delete(group);
            this.closedByHand.add(group);
        } else {
            this.open.add(group);
            this.closedByHand.delete(group);
        }
        this.write();
        this.mark(this.root);
    }

    // Opens a group because of what is in it, unless someone closed it.
    reveal(group, isForced = false) {
        if (!group || this.open.has(group) || this.closedByHand.has(group) && !isForced) return;
        this.open.add(group);
        this.write();
        this.mark(this.root);
    }

    // Brings new lines in line with what is open.
    decorate(lines, isLive) {
        for (const line of lines) {
            const group = line.dataset.g;
            if (group && (line.classList.contains("l-error") || isLive)) this.reveal(group);
            if (line.classList.contains("l-group")) this.markButton(line.querySelector("button.fold"));
        }
    }

    mark(root) {
        for (const button of root.querySelectorAll("button.fold")) this.markButton(button);
    }

    markButton(button) {
        button?.setAttribute("aria-expanded", String(this.open.has(button.dataset.fold)));
    }

    write() {
        const rules = ["#log .l[data-g] { display: none; }"];
        for (const group of this.open) rules.push(`#log .l[data-g="${Number(group)}"] { display: flex; }`);
        this.sheet.replaceSync(rules.join("\n"));
    }
}
