// A step's part of the log, and the blocks that it is made of.
const heightLimit = 4_000_000;
// Milliseconds until a fetch that failed is tried again.
const retryDelay = 3000;

class Block {
    constructor(section, from, to) {
        this.section = section;
        this.from = from;
        // Nil while the section's end is not known and this is its last block.
        this.to = to;
        this.loadedTo = from;
        this.isLoaded = false;
        this.isNear = false;
        this.loading = null;
        this.waiting = [];
        this.element = document.createElement("div");
        this.element.className = "block placeholder";
        this.element.block = this;
    }

    get end() { return Math.min(this.to, this.section.end); }

    estimateHeight(scale) {
        if (this.isLoaded) return;
        const lines = this.section.view.lineEstimate(this.from, Math.max(this.end, this.from + 1));
        this.element.style.height = `${Math.max(20, Math.round(lines * 20 * scale))}px`;
    }

    load() {
        if (this.isLoaded) return Promise.resolve();
        this.loading ??= this.fetch().finally(() => { this.loading = null; });
        return this.loading;
    }

    async fetch() {
        const view = this.section.view;
        let result;
        try {
            result = await view.fetchLines(this.from, this.end);
        } catch {
            // The server may be back in a while. What is out of sight is asked for when it comes near again.
            setTimeout(() => { if (this.isNear) this.load(); }, retryDelay);
            return;
        }
        this.element.innerHTML = result.html;
        this.element.style.height = "";
        this.element.classList.remove("placeholder");
        this.isLoaded = true;
        this.loadedTo = Math.max(result.to, this.from);
        view.decorate(this.element.children);
        this.section.dropFirstView();
        // What was written meanwhile would wait for this fetch again.
        this.loading = null;
        const waiting = this.waiting;
        this.waiting = [];
        for (const { lines, to } of waiting) this.append(lines, to);
    }

    // Lines that begin in this block, as they are written.
    append(lines, to) {
        if (this.loading) {
            this.waiting.push({ lines, to });
            return;
        }
        if (!this.isLoaded) {
            if (this.loadedTo !== Number(lines[0].dataset.o) || this.element.childElementCount > 0) return;
            this.isLoaded = true;
            this.element.style.height = "";
            this.element.classList.remove("placeholder");
        }
        const fresh = lines.filter((line) => Number(line.dataset.o) >= this.loadedTo);
        if (fresh.length === 0) return;
        if (Number(fresh[0].dataset.o) !== this.loadedTo) {
            this.drop();
            if (this.isNear) this.load();
            return;
        }
        this.element.append(...fresh);
        this.loadedTo = to;
        this.section.view.decorate(fresh, true);
    }

    // A block's first line begins where the last line of the block before ends.
    joinAfter(before, offset) {
        if (this.isLoaded || this.loading || !before?.isLoaded || before.loadedTo !== offset) return;
        this.loadedTo = offset;
    }

    drop() {
        const height = this.element.getBoundingClientRect().height;
        this.element.replaceChildren();
        this.element.style.height = `${Math.max(20, Math.round(height))}px`;
        this.element.classList.add("placeholder");
        this.isLoaded = false;
        this.loadedTo = this.from;
    }

    // Gives up what does not belong to the section.
    cut(offset) {
        this.to = Math.min(this.to, offset);
        for (const line of [...this.element.children]) {
            if (Number(line.dataset.o) >= offset) line.remove();
        }
        this.loadedTo = Math.min(this.loadedTo, offset);
    }
}

export class Section {
    constructor(view, element) {
        this.view = view;
        this.element = element;
        this.lines = element.querySelector(".lines");
        this.number = Number(element.id.slice(5));
        this.blocks = [];
        this.isShown = false;
        this.isOpenedForReader = false;
        this.read(element);
        element.addEventListener("toggle", () => { if (element.open) this.show(); });
        element.querySelector("summary").addEventListener("click", (event) => {
            if (!this.hasLog) event.preventDefault();
        });
    }

    read(element) {
        this.from = Number(element.dataset.from);
        this.to = element.dataset.to === "" ? null : Number(element.dataset.to);
    }

    get hasLog() { return this.from >= 0; }
    get end() { return this.to ?? Math.max(this.view.size, this.from); }

    // Makes the blocks; they are fetched as they come into sight. What the page came with stays until then.
    async show() {
        if (!this.hasLog || this.isShown) return;
        this.isShown = true;
        this.firstView = [...this.lines.children].filter((child) => !child.block);
        const wanted = this.firstView.find((child) => child.classList.contains("block"));
        this.extend();
        if (wanted) await this.loadAround(Number(wanted.dataset.from), Number(wanted.dataset.to));
        else if (this.blocks.length > 0) await this.blocks[0].load();
        this.dropFirstView();
        for (const block of this.blocks) this.view.observer.observe(block.element);
    }

    async loadAround(from, to) {
        const covered = this.blocks.filter((block) => block.from < to && block.to > from);
        await Promise.all(covered.map((block) => block.load()));
    }

    dropFirstView() {
        for (const child of this.firstView ?? []) child.remove();
        this.firstView = null;
    }

    // Blocks up to the section's present end.
    extend() {
        const size = this.view.blockSize;
        let start = this.blocks.at(-1)?.to ?? this.from;
        while (start < this.end || this.blocks.length === 0) {
            const next = Math.min((Math.floor(start / size) + 1) * size, this.to ?? Infinity);
            if (next <= start) break;
            const block = new Block(this, start, next);
            this.blocks.push(block);
            this.lines.append(block.element);
            if (this.isShown && !this.firstView) this.view.observer.observe(block.element);
            start = next;
        }
        const total = this.blocks.length * size / 5;
        for (const block of this.blocks) block.estimateHeight(Math.min(1, heightLimit / total));
    }

    blockAt(offset) {
        if (!this.hasLog) return null;
        if (this.blocks.length === 0) this.extend();
        const size = this.view.blockSize;
        const index = Math.floor(offset / size);
        return this.blocks.find((block) => Math.floor(block.from / size) === index && block.from < this.end) ?? null;
    }

    // Fetches the end of the log and says where it is.
    async loadTail() {
        if (this.blocks.length === 0) this.extend();
        const last = this.blocks.filter((block) => block.from <= this.end).at(-1);
        if (!last) return this.from;
        await last.load();
        return last.isLoaded ? last.loadedTo : last.from;
    }

    append(lines, to) {
        if (this.blocks.length === 0 && !this.element.open) return;
        this.extend();
        const size = this.view.blockSize;
        let at = 0;
        while (at < lines.length) {
            const index = Math.floor(Number(lines[at].dataset.o) / size);
            let end = at + 1;
            while (end < lines.length && Math.floor(Number(lines[end].dataset.o) / size) === index) end += 1;
            const block = this.blocks.find((other) => Math.floor(other.from / size) === index);
            block?.joinAfter(this.blocks[this.blocks.indexOf(block) - 1], Number(lines[at].dataset.o));
            block?.append(lines.slice(at, end), end < lines.length ? Number(lines[end].dataset.o) : to);
            at = end;
        }
    }

    update(shell) {
        const summary = this.element.querySelector("summary");
        const next = shell.querySelector("summary");
        if (summary.innerHTML !== next.innerHTML) summary.innerHTML = next.innerHTML;
        const [told, known] = [shell, this.element].map((element) => element.querySelector(".diagnoses"));
        if (told.innerHTML !== known.innerHTML) known.innerHTML = told.innerHTML;
        const was = this.from;
        for (const name of ["from", "to", "mood"]) this.element.dataset[name] = shell.dataset[name];
        this.element.toggleAttribute("data-silent", "silent" in shell.dataset);
        this.read(shell);
        if (this.to !== null) this.cut(this.to);
        if (was !== this.from) this.view.claim(this);
    }

    cut(offset) {
        if (this.to === null || this.to > offset) this.to = offset;
        for (const block of this.blocks) block.cut(offset);
        const gone = this.blocks.filter((block) => block.from >= offset);
        for (const block of gone) block.element.remove();
        this.blocks = this.blocks.filter((block) => block.from < offset);
    }

    // After the end of a log a last line without its line feed counts too.
    refreshTail() {
        const last = this.blocks.at(-1);
        if (!last || !last.isLoaded || last.loadedTo >= this.end) return;
        last.drop();
        if (last.isNear) last.load();
    }
}
