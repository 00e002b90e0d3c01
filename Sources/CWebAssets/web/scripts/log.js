// The log as sections of blocks. A block is the lines that begin in 64 KiB of the file; blocks are fetched when they come
// near the window and dropped when they are far from it, so that a log of any size fits into the page.
import { Section } from "./section.js";
import { showTimes } from "./times.js";

const keptBlocks = 14;

export class LogView {
    constructor(root, folds) {
        this.root = root;
        this.folds = folds;
        this.job = root.dataset.job;
        this.size = Number(root.dataset.size);
        this.blockSize = Number(root.dataset.block);
        this.isLive = "live" in root.dataset;
        this.isFollowing = false;
        this.liveOffset = 0;
        this.firstLines = [1];
        this.hits = new Set();
        this.currentHit = null;
        this.sections = [...root.querySelectorAll("details.section")].map((element) => new Section(this, element));
        this.observer = new IntersectionObserver((entries) => this.onSight(entries), { rootMargin: "1000px 0px" });
    }

    async start() {
        await this.loadLayout();
        this.liveOffset = 0;
        const tail = this.lastWritten();
        // The stream goes on where the last fetched line ends.
        if (this.isLive && tail) this.liveOffset = await tail.loadTail();
        await Promise.all(this.sections.filter((section) => section.element.open).map((section) => section.show()));
        if (location.hash) await this.showHash();
    }

    async loadLayout() {
        const response = await fetch(`/jobs/${this.job}/layout`);
        if (!response.ok) return;
        const layout = await response.json();
        this.firstLines = layout.lines;
        this.size = Math.max(this.size, layout.size);
    }

    async fetchLines(from, to) {
        const response = await fetch(`/jobs/${this.job}/lines?from=${from}&to=${to}`);
        if (!response.ok) throw new Error(`the log answered ${response.status}`);
        this.size = Math.max(this.size, Number(response.headers.get("Slipway-Log-Size")));
        return { html: await response.text(), to: Number(response.headers.get("Slipway-Log-To")) };
    }

    // How many lines begin in a part of a block, as far as the layout tells.
    lineEstimate(from, to) {
        const index = Math.floor(from / this.blockSize);
        const next = this.firstLines[index + 1];
        const lines = next === undefined ? this.blockSize / 100 : next - (this.firstLines[index] ?? next);
        return Math.max(1, Math.round(lines * (to - from) / this.blockSize));
    }

    onSight(entries) {
        for (const entry of entries) {
            const block = entry.target.block;
            block.isNear = entry.isIntersecting;
            if (entry.isIntersecting) block.load();
        }
        this.dropFarBlocks();
    }

    dropFarBlocks() {
        const loaded = this.sections.flatMap((section) => section.blocks).filter((block) => block.isLoaded);
        if (loaded.length <= keptBlocks) return;
        const middle = window.innerHeight / 2;
        const far = loaded.filter((block) => !block.isNear)
            .map((block) => ({ block, distance: Math.abs(block.element.getBoundingClientRect().top - middle) }))
            .sort((left, right) => right.distance - left.distance);
        for (const { block } of far.slice(0, loaded.length - keptBlocks)) block.drop();
    }

    decorate(lines, isLive = false) {
        this.folds.decorate(lines, isLive);
        for (const line of lines) {
            const number = Number(line.id.slice(1));
            line.classList.toggle("hit", this.hits.has(number));
            line.classList.toggle("hit-current", this.currentHit === number);
        }
    }

    // The sections stand in the order of the steps; of steps beside each other the parts of the log stand in another.
    sectionAt(offset) {
        return this.lastWritten((section) => section.from <= offset);
    }

    lastWritten(condition = () => true) {
        return this.sections.filter((section) => section.hasLog && condition(section))
            .reduce((last, section) => (last && last.from > section.from ? last : section), undefined);
    }

    // Lines that have just been written.
    append(html, id) {
        const template = document.createElement("template");
        template.innerHTML = html;
        const lines = [...template.content.children];
        this.size = Math.max(this.size, id);
        if (id <= this.liveOffset) return;
        this.liveOffset = id;
        let at = 0;
        while (at < lines.length) {
            const section = this.sectionAt(Number(lines[at].dataset.o));
            let end = at + 1;
            while (end < lines.length && this.sectionAt(Number(lines[end].dataset.o)) === section) end += 1;
            const to = end < lines.length ? Number(lines[end].dataset.o) : id;
            section?.append(lines.slice(at, end), to);
            at = end;
        }
        if (this.isFollowing) this.showEnd();
    }

    // Steps have begun or ended.
    mergeSections(html) {
        const template = document.createElement("template");
        template.innerHTML = html;
        const shells = [...template.content.querySelectorAll("details.section")];
        const known = new Map(this.sections.map((section) => [section.element.id, section]));
        for (const shell of shells) {
            const section = known.get(shell.id);
            known.delete(shell.id);
            showTimes(shell);
            if (section) section.update(shell);
            else this.insert(shell);
        }
        // A log without steps is one section until the first step is known.
        for (const section of known.values()) this.remove(section);
        if (this.isFollowing) this.openRunning();
    }

    insert(shell) {
        shell.open = false;
        shell.querySelector(".lines").replaceChildren();
        const section = new Section(this, shell);
        const index = this.sections.findIndex((other) => other.number > section.number);
        this.root.insertBefore(shell, index < 0 ? null : this.sections[index].element);
        this.sections.splice(index < 0 ? this.sections.length : index, 0, section);
        this.claim(section);
    }

    // What a section turns out to own is taken from the one before, and fetched again where it belongs.
    claim(section) {
        if (!section.hasLog) return;
        for (const other of this.sections) {
            if (other !== section && other.hasLog && other.from < section.from) other.cut(section.from);
        }
    }

    remove(section) {
        section.element.remove();
        this.sections = this.sections.filter((other) => other !== section);
    }

    openRunning() {
        const written = this.sections.filter((section) => section.hasLog);
        const last = this.lastWritten();
        for (const section of written) {
            const isLast = section === last;
            if (isLast && !section.element.open) {
                section.isOpenedForReader = true;
                section.element.open = true;
            } else if (!isLast && section.isOpenedForReader && section.element.dataset.mood === "success") {
                section.isOpenedForReader = false;
                section.element.open = false;
            }
        }
    }

    showEnd() {
        this.openRunning();
        requestAnimationFrame(() => window.scrollTo(0, document.documentElement.scrollHeight));
    }

    end() {
        this.isLive = false;
        for (const section of this.sections) section.refreshTail();
    }

    // A link to a line or to a step.
    async showHash() {
        const line = /^#L(\d+)$/.exec(location.hash);
        if (line) return this.showLine(Number(line[1]));
        const step = /^#step-(\d+)$/.exec(location.hash);
        if (!step) return;
        const section = this.sections.find((other) => other.number === Number(step[1]));
        if (!section) return;
        section.element.open = true;
        await section.show();
        section.element.scrollIntoView();
    }

    async showLine(number) {
        let index = 0;
        while (index + 1 < this.firstLines.length && this.firstLines[index + 1] < number) index += 1;
        for (const candidate of [index, index + 1]) {
            if (await this.showLineIn(number, candidate * this.blockSize)) return true;
        }
        return false;
    }

    // The line with this number, in the block that begins at `start`, whichever sections share it.
    async showLineIn(number, start) {
        for (const section of this.sections) {
            const block = section.blockAt(start);
            if (!block) continue;
            await block.load();
            const line = document.getElementById(`L${number}`);
            if (!line) continue;
            section.element.open = true;
            await section.show();
            this.choose(line);
            return true;
        }
        return false;
    }

    choose(line) {
        for (const other of this.root.querySelectorAll(".chosen")) other.classList.remove("chosen");
        line.classList.add("chosen");
        this.folds.reveal(line.dataset.g, true);
        line.scrollIntoView({ block: "center" });
        // Blocks above that were estimates move the line when they are loaded.
        setTimeout(() => line.isConnected && line.scrollIntoView({ block: "center" }), 250);
    }

    showNextError() {
        const below = [...this.root.querySelectorAll(".l-error")]
            .find((line) => line.getBoundingClientRect().top > window.innerHeight / 2 + 30);
        if (below) this.choose(below);
        return Boolean(below);
    }
}
