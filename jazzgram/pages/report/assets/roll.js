/* The piano roll of a view (steps.js), four bars a line, two on a narrow page.

   const roll = new jazzgram.Roll(element, view);
   roll.showStep(index)    draw what was there after a step of view.steps
   roll.follow()           keep the line with the cursor in sight, once it gets to another line of a roll that is in sight
   roll.moveCursor(tick)   put the line that tells the time at a tick; null takes it away
   roll.mark(indices)      underline notes of the last step by their indices in the solo
   roll.select(index)      choose an item of the step that is shown; null chooses none
   roll.showLoop(loop)     shade what is repeated, {from, to} in ticks; null takes it away
   roll.show(view)         draw another view

   The element gets events: "item" with {step, index} where an item is pointed at or chosen by key, {index: null} where
   none is; "seek" with {tick} on a click, a tap or Enter; "bars" with {from, to}, from 1, where a mouse or a pen is drawn
   over bars. What is pointed at is the nearest item within some pixels: notes are smaller than a finger. It is a
   listbox: arrows go from note to note.
   Colours are CSS variables: --chord-tone, --tension, --outside, --no-chord (report.css has them). */
(function (jazzgram) {
  "use strict";
  const { steps, layout } = jazzgram;
  const { HEAD, ROW, FOOT } = layout;
  const { makeSvg, makeBox, drawGrid } = jazzgram.svg;
  const REACH = { fine: 9, coarse: 14 }; // pixels around an item that belong to it: 24 and 34 high
  const DRAWN = 12; // pixels from which a pointer draws over bars, and does not click
  const TERM = 24; // height of a term
  const NO_STEP = { terms: false, items: [], gone: [] };

  const classOf = (...words) => words.filter(Boolean).join(" ");

  jazzgram.Roll = class Roll {
    #element;
    #view;
    #stepIndex;
    #chosen = null; // index of an item
    #marked = new Set();
    #layout = null;
    #boxes = []; // for each item its nodes
    #shapes = []; // for each item its boxes: {line, x, y, width, height}
    #lines = []; // {svg, cursor, looped, ...line of the layout}
    #cursorTick = null;
    #loop = null;
    #drawn = null; // {x, y, bar, isDrawing} from where a button is held
    #followedLine = null;

    constructor(element, view) {
      this.#element = element;
      this.#view = view;
      this.#stepIndex = view.steps.length - 1;
      element.classList.add("roll");
      element.tabIndex = 0;
      element.setAttribute("aria-label", "Piano roll; arrow keys go from note to note, Enter plays from there");
      element.addEventListener("pointermove", (event) => this.#onPointer(event));
      element.addEventListener("pointerdown", (event) => this.#onPress(event));
      element.addEventListener("pointerleave", () => (this.#drawn = null));
      element.addEventListener("click", (event) => this.#onClick(event));
      element.addEventListener("keydown", (event) => this.#onKey(event));
      let width = element.clientWidth;
      new ResizeObserver(() => {
        if (element.clientWidth === width) return;
        width = element.clientWidth;
        this.#draw();
      }).observe(element);
      this.#draw();
    }

    showStep(index) {
      this.#stepIndex = Math.max(0, Math.min(index, this.#view.steps.length - 1));
      this.#chosen = null;
      this.#draw();
      this.#emit("item", { step: this.#stepIndex, index: null });
    }

    show(view) {
      this.#view = view;
      this.#stepIndex = view.steps.length - 1;
      this.#chosen = null;
      this.#marked = new Set();
      this.#cursorTick = null;
      this.#draw();
    }

    mark(indices) {
      this.#marked = new Set(indices);
      this.#draw();
    }

    select(index) {
      const { items } = this.#step;
      const none = index === null || items.length === 0;
      this.#chosen = none ? null : Math.max(0, Math.min(index, items.length - 1));
      this.#highlight();
      this.#emit("item", { step: this.#stepIndex, index: this.#chosen });
    }

    moveCursor(tick) {
      this.#cursorTick = tick;
      for (const line of this.#lines) {
        const here = layout.holds(line, tick);
        line.cursor.setAttribute("visibility", here ? "visible" : "hidden");
        if (!here) continue;
        const x = layout.xOf(tick, line, this.#layout);
        line.cursor.setAttribute("x1", x);
        line.cursor.setAttribute("x2", x);
      }
    }

    showLoop(loop) {
      this.#loop = loop;
      for (const line of this.#lines) {
        const from = loop ? Math.max(loop.from, line.begin) : 0;
        const to = loop ? Math.min(loop.to, line.end) : 0;
        line.looped.setAttribute("x", layout.xOf(Math.max(from, line.begin), line, this.#layout));
        line.looped.setAttribute("width", Math.max(0, to - from) * this.#layout.scale);
      }
    }

    follow() {
      const here = this.#lines.findIndex((line) => layout.holds(line, this.#cursorTick));
      const before = this.#followedLine;
      this.#followedLine = here;
      if (here < 0 || before === null || before === here || !this.#lines[before]) return;
      const left = this.#lines[before].svg.getBoundingClientRect();
      if (left.bottom > 0 && left.top < window.innerHeight) {
        this.#lines[here].svg.scrollIntoView({ block: "nearest" });
      }
    }

    get #step() {
      return this.#view.steps[this.#stepIndex] ?? NO_STEP;
    }

    get #isLastStep() {
      return this.#stepIndex === this.#view.steps.length - 1;
    }

    #emit(type, detail) {
      this.#element.dispatchEvent(new CustomEvent(type, { detail }));
    }

    #draw() {
      const step = this.#step;
      this.#layout = layout.layoutOf(this.#view, this.#element.clientWidth);
      this.#element.replaceChildren();
      // What stayed steps back behind what changed; not in the solo as it is played, which is the last step.
      this.#element.classList.toggle("differs", steps.differs(step) && this.#stepIndex < this.#view.steps.length - 1);
      this.#boxes = step.items.map(() => []);
      this.#shapes = step.items.map(() => []);
      this.#element.setAttribute("role", step.items.length ? "listbox" : "group"); // a listbox may not be empty
      this.#lines = this.#layout.lines.map((line) => this.#drawLine(line));
      this.#boxes.forEach((parts, index) => {
        for (const part of parts) this.#makeOption(part, index);
      });
      if (this.#chosen !== null && this.#chosen >= this.#boxes.length) this.#chosen = null;
      this.#highlight();
      this.moveCursor(this.#cursorTick);
      this.showLoop(this.#loop);
    }

    #drawLine(line) {
      const step = this.#step;
      const { width, height } = this.#layout;
      const frame = { viewBox: `0 0 ${width} ${height}`, width, height, role: "presentation" };
      const svg = makeSvg("svg", frame, null);
      drawGrid(svg, line, this.#layout, this.#view, step.terms);
      const looped = makeSvg("rect", { class: "looped", x: 0, y: 0, width: 0, height }, svg);
      step.items.forEach((item, index) => {
        if (!layout.holds(line, item.onset)) return;
        const node = step.terms ? this.#drawTerm(svg, line, item) : this.#drawNote(svg, line, item, index);
        this.#boxes[index].push(node);
        this.#shapes[index].push(this.#shapeOf(line, item, step.terms));
      });
      if (!step.terms) {
        for (const note of step.gone) if (layout.holds(line, note.onset)) this.#drawBox(svg, line, note, "gone");
      }
      const ends = { x1: 0, x2: 0, y1: HEAD - 6, y2: height - FOOT + 2 };
      const cursor = makeSvg("line", { class: "cursor", ...ends, visibility: "hidden" }, svg);
      this.#element.append(svg);
      return { ...line, svg, cursor, looped };
    }

    #shapeOf(line, { onset, duration, pitch }, isTerm) {
      const x = layout.xOf(onset, line, this.#layout);
      const width = duration * this.#layout.scale;
      if (isTerm) return { first: line.first, x, y: this.#termY, width, height: TERM };
      return { first: line.first, x, y: layout.yOf(pitch, this.#layout), width, height: ROW };
    }

    get #termY() {
      const { low, high } = this.#layout;
      return layout.yOf(Math.round((low + high) / 2), this.#layout) - 10;
    }

    #drawBox(parent, line, { onset, duration, pitch }, kind) {
      const x = layout.xOf(onset, line, this.#layout);
      return makeBox(parent, x, layout.yOf(pitch, this.#layout), duration * this.#layout.scale, kind);
    }

    #drawNote(svg, line, note, index) {
      const mark = note.mark === "same" ? "" : note.mark;
      const x = layout.xOf(note.onset, line, this.#layout);
      const y = layout.yOf(note.pitch, this.#layout);
      const group = makeSvg("g", { class: classOf("note", note.category.replaceAll(" ", "-"), mark) }, svg);
      if (mark === "changed" && note.pitch_before !== note.pitch) {
        const before = { onset: note.onset_before, duration: note.duration, pitch: note.pitch_before };
        const ends = { y1: layout.yOf(note.pitch_before, this.#layout) + ROW / 2, y2: y + ROW / 2 };
        makeSvg("line", { class: "moved", x1: x + 3, x2: x + 3, ...ends }, group);
        this.#drawBox(group, line, before, "was");
      }
      this.#drawBox(group, line, note, "body");
      if (this.#marked.has(index) && this.#isLastStep) {
        const end = layout.xOf(note.onset + note.duration, line, this.#layout);
        makeSvg("line", { class: "copied", x1: x, x2: end, y1: y + ROW + 2, y2: y + ROW + 2 }, group);
      }
      return group;
    }

    #drawTerm(svg, line, { onset, duration, term, mark }) {
      const x = layout.xOf(onset, line, this.#layout);
      const y = this.#termY;
      const length = duration * this.#layout.scale;
      const kind = steps.termName(term);
      const classes = classOf("term", kind === "R" && "rest", mark !== "same" && mark);
      const group = makeSvg("g", { class: classes }, svg);
      const size = { width: Math.max(length - 1, 2), height: TERM };
      makeSvg("rect", { class: "body", x: x + 0.5, y, ...size, rx: 3 }, group);
      if (length > 6.5 * kind.length) {
        makeSvg("text", { x: x + length / 2, y: y + 16, "text-anchor": "middle" }, group, kind);
      }
      return group;
    }

    #makeOption(part, index) {
      part.dataset.index = index;
      part.id = `${this.#element.id || "roll"}-${index}`;
      part.setAttribute("role", "option");
      part.setAttribute("aria-selected", "false");
      part.setAttribute("aria-label", steps.itemLabel(this.#step, this.#step.items[index], this.#view));
    }

    #highlight() {
      for (const part of this.#element.querySelectorAll(".chosen")) {
        part.classList.remove("chosen");
        part.setAttribute("aria-selected", "false");
      }
      const parts = this.#chosen === null ? [] : this.#boxes[this.#chosen];
      if (!parts.length) {
        this.#element.removeAttribute("aria-activedescendant");
        return;
      }
      for (const part of parts) {
        part.classList.add("chosen");
        part.setAttribute("aria-selected", "true");
      }
      this.#element.setAttribute("aria-activedescendant", parts[0].id);
    }

    #seekChosen() {
      this.#emit("seek", { tick: this.#step.items[this.#chosen].onset });
    }

    /* Where a pointer is: its line, x and y in it, the nearest item within reach or null, and the bar, from 1. */
    #spotOf({ clientX, clientY, pointerType }) {
      const line = this.#lines.find(({ svg }) => {
        const { top, bottom } = svg.getBoundingClientRect();
        return clientY >= top && clientY <= bottom;
      });
      if (!line) return null;
      const box = line.svg.getBoundingClientRect();
      const [x, y] = [clientX - box.left, clientY - box.top];
      const tick = layout.tickAt(x, line, this.#layout, this.#view);
      const isCoarse = pointerType ? pointerType === "touch" : matchMedia("(pointer: coarse)").matches;
      const shapes = this.#shapes.flatMap((parts, index) =>
        parts.filter(({ first }) => first === line.first).map((shape) => ({ ...shape, index })),
      );
      const index = layout.nearest(shapes, x, y, isCoarse ? REACH.coarse : REACH.fine);
      const bar = Math.min(Math.floor(tick / this.#view.bar) + 1, this.#view.bars);
      return { tick, index, bar };
    }

    #onPress(event) {
      const spot = event.button === 0 && event.pointerType !== "touch" && this.#spotOf(event);
      this.#drawn = spot ? { x: event.clientX, y: event.clientY, bar: spot.bar, isDrawing: false } : null;
    }

    #onPointer(event) {
      const spot = this.#spotOf(event);
      const drawn = this.#drawn;
      if (drawn && event.buttons && spot) {
        drawn.isDrawing ||= Math.hypot(event.clientX - drawn.x, event.clientY - drawn.y) > DRAWN;
        if (drawn.isDrawing) {
          this.#emit("bars", { from: Math.min(drawn.bar, spot.bar), to: Math.max(drawn.bar, spot.bar) });
          return;
        }
      }
      this.#element.classList.toggle("near", spot !== null && spot.index !== null);
      if (spot && spot.index !== null && spot.index !== this.#chosen) this.select(spot.index);
    }

    #onClick(event) {
      const wasDrawn = this.#drawn?.isDrawing;
      this.#drawn = null;
      const spot = this.#spotOf(event);
      if (wasDrawn || !spot) return;
      if (spot.index === null) {
        this.#emit("seek", { tick: spot.tick });
        return;
      }
      this.select(spot.index);
      this.#seekChosen();
    }

    #onKey(event) {
      const index = layout.indexAfterKey(event.key, this.#chosen, this.#step.items.length);
      if (index !== undefined) {
        event.preventDefault();
        this.select(index);
        const [part] = this.#chosen === null ? [] : this.#boxes[this.#chosen];
        if (part) part.scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter" && this.#chosen !== null) {
        event.preventDefault();
        this.#seekChosen();
      } else if (event.key === "Escape") {
        this.select(null);
      }
    }
  };
})((globalThis.jazzgram ??= {}));
