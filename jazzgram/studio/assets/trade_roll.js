/* Both voices on one roll, in two colours, with the time that moves on.

   const roll = new jazzgram.TradeRoll(element);
   roll.show(view, exchanges)    a session that was played, all of it
   roll.begin(view, turns)       a session that begins: the line that sounds and the one after it
   roll.add(exchange)            what the musician has played
   roll.answer(notes)            what will be played: [pitch, onset, duration] of each
   roll.strike(pitch, tick) roll.release(pitch, tick)   what is being played, until it is added
   roll.moveCursor(tick) */
(function (jazzgram) {
  "use strict";
  const { layout } = jazzgram;
  const { HEAD, FOOT } = layout;
  const { makeSvg, makeBox, drawGrid } = jazzgram.svg;
  const LIVE_LINES = 2;
  const RANGE = [55, 84]; // pitches that are shown before anything is played

  jazzgram.TradeRoll = class TradeRoll {
    #element;
    #view = null;
    #turns = [];
    #notes = []; // {player, pitch, onset, duration, isRaw, node}
    #held = new Map(); // by pitch: the note that is being played
    #layout = null;
    #lines = []; // {svg, cursor, ...line of the layout}
    #isLive = false;
    #first = 0; // the first line that is shown
    #tick = null;
    #frame = 0;

    constructor(element) {
      this.#element = element;
      element.classList.add("roll");
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", "What you and it play");
      let width = element.clientWidth;
      new ResizeObserver(() => {
        if (element.clientWidth === width) return;
        width = element.clientWidth;
        this.#drawSoon();
      }).observe(element);
    }

    show(view, exchanges) {
      this.#start(view, false);
      this.#turns = exchanges;
      for (const exchange of exchanges) this.#take(exchange);
      this.#tick = null;
      this.#element.setAttribute("aria-label", `What you and it played, ${view.bars} bars`);
      this.#drawSoon();
    }

    begin(view, turns) {
      this.#start(view, true);
      this.#turns = turns;
      this.#drawSoon();
    }

    add(exchange) {
      const { bar, quarter } = this.#view;
      const margin = quarter / 8; // half a sixteenth: what is struck then belongs to the next bar
      const [from, to] = [exchange.bar * bar, (exchange.bar + exchange.bars) * bar];
      const isReplaced = ({ isRaw, onset }) => isRaw && onset >= from - margin && onset < to - margin;
      for (const note of this.#notes.filter(isReplaced)) note.node?.remove();
      this.#notes = this.#notes.filter((note) => !isReplaced(note));
      this.#take(exchange);
      this.#complete();
    }

    answer(notes) {
      this.#take({ player: "it", notes });
      this.#complete();
    }

    strike(pitch, tick) {
      this.release(pitch, tick);
      if (tick < -this.#view.quarter / 8) return; // in the count-in
      const note = { player: "me", pitch, onset: Math.max(tick, 0), duration: this.#view.quarter / 8, isRaw: true };
      this.#held.set(pitch, note);
      this.#notes.push(note);
      this.#complete();
    }

    release(pitch, tick) {
      const note = this.#held.get(pitch);
      if (!note) return;
      this.#stretch(note, tick);
      this.#held.delete(pitch);
    }

    moveCursor(tick) {
      this.#tick = tick;
      if (!this.#layout) return;
      if (this.#isLive) this.#turnPage(Math.max(tick, 0));
      for (const line of this.#lines) {
        const isHere = layout.holds(line, tick);
        line.cursor.setAttribute("visibility", isHere ? "visible" : "hidden");
        if (isHere) {
          const x = layout.xOf(tick, line, this.#layout);
          line.cursor.setAttribute("x1", x);
          line.cursor.setAttribute("x2", x);
        }
      }
      if (!this.#isLive) return;
      for (const note of this.#held.values()) this.#stretch(note, tick);
      for (const { node, onset, player } of this.#notes) {
        if (player === "it") node?.classList.toggle("planned", onset > tick);
      }
    }

    #start(view, isLive) {
      this.#view = view;
      this.#isLive = isLive;
      this.#notes = [];
      this.#held.clear();
      this.#first = 0;
    }

    #take({ player, notes }) {
      for (const [pitch, onset, duration] of notes) this.#notes.push({ player, pitch, onset, duration });
    }

    /* The line that sounds is the first; the one after it is there, so that one can read ahead. */
    #turnPage(tick) {
      const { lines } = this.#layout;
      const at = lines.findIndex((line) => layout.holds(line, tick));
      const last = Math.max(0, lines.length - LIVE_LINES);
      const first = Math.min(at < 0 ? last : at, last);
      if (first !== this.#first) {
        this.#first = first;
        this.#draw();
      }
    }

    /* A key is held until a tick. */
    #stretch(note, tick) {
      note.duration = Math.max(tick - note.onset, note.duration);
      note.node?.setAttribute("width", Math.max(note.duration * this.#layout.scale - 1, 2));
    }

    /* Draw the notes that are new, where they fit; else all. */
    #complete() {
      const fits = ({ pitch }) => pitch > this.#layout.low && pitch < this.#layout.high;
      if (!this.#layout || !this.#notes.every(fits)) {
        this.#drawSoon();
        return;
      }
      for (const note of this.#notes) {
        const line = note.node ? null : this.#lines.find((each) => layout.holds(each, note.onset));
        if (line) this.#drawNote(note, line);
      }
    }

    #drawSoon() {
      cancelAnimationFrame(this.#frame);
      this.#frame = requestAnimationFrame(() => this.#draw());
    }

    #draw() {
      if (!this.#view || !this.#element.clientWidth) return;
      const items = [...this.#notes, ...RANGE.map((pitch) => ({ pitch }))];
      const view = { ...this.#view, steps: [{ terms: false, items, gone: [] }] };
      this.#layout = layout.layoutOf(view, this.#element.clientWidth);
      const { lines } = this.#layout;
      const shown = this.#isLive ? lines.slice(this.#first, this.#first + LIVE_LINES) : lines;
      this.#element.replaceChildren();
      for (const note of this.#notes) note.node = null;
      this.#lines = shown.map((line) => this.#drawLine(line));
      this.moveCursor(this.#tick);
    }

    #drawLine(line) {
      const { width, height } = this.#layout;
      const svg = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, width, height }, null);
      drawGrid(svg, line, this.#layout, this.#view, false);
      this.#shadeTurns(svg, line, height);
      const ends = { x1: 0, x2: 0, y1: HEAD - 6, y2: height - FOOT + 2 };
      const cursor = makeSvg("line", { class: "cursor", ...ends, visibility: "hidden" }, svg);
      this.#element.append(svg);
      const drawn = { ...line, svg, cursor };
      for (const note of this.#notes) if (layout.holds(line, note.onset)) this.#drawNote(note, drawn);
      return drawn;
    }

    #drawNote(note, { svg, cursor, ...line }) {
      const { player, pitch, onset, duration, isRaw } = note;
      const x = layout.xOf(onset, line, this.#layout);
      const kind = `${player === "me" ? "yours" : "its"}${isRaw ? " raw" : ""}`;
      note.node = makeBox(null, x, layout.yOf(pitch, this.#layout), duration * this.#layout.scale, kind);
      svg.insertBefore(note.node, cursor);
    }

    #shadeTurns(svg, line, height) {
      const { bar } = this.#view;
      for (const turn of this.#turns) {
        const from = Math.max(turn.bar * bar, line.begin);
        const to = Math.min((turn.bar + turn.bars) * bar, line.end, this.#view.bars * bar);
        if (to <= from) continue;
        const x = layout.xOf(from, line, this.#layout);
        const size = { width: (to - from) * this.#layout.scale, height: height - HEAD - FOOT };
        const kind = turn.player === "me" ? "your-turn" : "its-turn";
        makeSvg("rect", { class: kind, x, y: HEAD, ...size }, svg);
      }
    }
  };
})((globalThis.jazzgram ??= {}));
