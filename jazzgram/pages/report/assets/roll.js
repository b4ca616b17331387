/* The piano roll of a view (jazzgram/pages/report/view.py), four bars a line, two on a narrow page.

   const roll = jazzgram.Roll(element, view);
   roll.show(step)         draw what was there after a step of view.steps (a number)
   roll.follow()           keep the line with the cursor in sight, once it gets to another line of a roll that is in sight
   roll.cursor(tick)       put the line that tells the time at a tick; null takes it away
   roll.mark(indices)      underline notes of the last step by their places in the solo
   roll.select(index)      choose an item of the step that is shown

   The element gets events: "item" with {step, index, item} where one is pointed at or chosen by key, {index: null}
   where none is; "seek" with {tick} on a click, a tap or Enter. It is a listbox: arrows go from note to note.
   jazzgram.chordName("Bb7") is B♭7, of a chord as of a note.
   Colours are CSS variables: --chord-tone, --tension, --outside, --no-chord (report.css has them). */
(function () {
  "use strict";
  const jazzgram = (window.jazzgram = window.jazzgram || {});
  const SVG = "http://www.w3.org/2000/svg";
  const HEAD = 26, ROW = 7, LEFT = 34, RIGHT = 8, FOOT = 10, LEAST_ROWS = 14, NARROW = 620;
  const KINDS = ["chord-tone", "tension", "outside", "no-chord"];
  const MARKS = ["", "changed", "added"];

  function chordName(symbol) {
    return symbol.replace(/([A-G])b/g, "$1♭").replace(/b(?=\d)/g, "♭").replaceAll("#", "♯");
  }

  function make(name, attributes, parent, text) {
    const node = document.createElementNS(SVG, name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  jazzgram.chordName = chordName;

  jazzgram.Roll = function (element, view) {
    let step = view.steps.length - 1;
    let chosen = null, boxes = [], lines = [], marked = new Set(), at = null, followed = null;
    const name = element.id || "roll";

    element.classList.add("roll");
    element.tabIndex = 0;
    element.setAttribute("aria-label", "Piano roll; arrow keys go from note to note, Enter plays from there");

    function range() {
      let low = 127, high = 0;
      for (const one of view.steps) {
        if (one.terms) continue;
        for (const item of one.items) { low = Math.min(low, item[2]); high = Math.max(high, item[2]); }
        for (const item of one.gone) { low = Math.min(low, item[2]); high = Math.max(high, item[2]); }
      }
      if (low > high) [low, high] = [60, 72];
      while (high - low < LEAST_ROWS) { high += 1; if (high - low < LEAST_ROWS) low -= 1; }
      return [low - 1, high + 1];
    }

    function emit(type, detail) {
      element.dispatchEvent(new CustomEvent(type, { detail: detail }));
    }

    function draw() {
      const width = Math.max(element.clientWidth || 900, 280);
      const bars = width < NARROW ? 2 : 4;
      const [low, high] = range();
      const height = HEAD + (high - low + 1) * ROW + FOOT;
      const scale = (width - LEFT - RIGHT) / (bars * view.bar);
      const shown = view.steps[step] || { terms: false, items: [], gone: [] };
      element.textContent = "";
      /* What stayed steps back behind what changed; not in the solo as it is played, which is the last step. */
      const differs = shown.gone.length > 0 || shown.items.some((item) => item[4] > 0);
      element.classList.toggle("differs", differs && step < view.steps.length - 1);
      boxes = shown.items.map(() => []);
      element.setAttribute("role", boxes.length ? "listbox" : "group"); /* a listbox may not be empty */
      lines = [];
      for (let first = 0; first < view.bars; first += bars) {
        const begin = first * view.bar, end = begin + bars * view.bar;
        const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, width: width, height: height, role: "presentation" });
        const x = (tick) => LEFT + (tick - begin) * scale;
        const y = (pitch) => HEAD + (high - pitch) * ROW;
        grid(svg, first, Math.min(first + bars, view.bars), low, high, x, y, shown.terms);
        const inside = (onset) => onset >= begin && onset < end;
        shown.items.forEach((item, index) => {
          if (inside(item[0])) boxes[index].push(shown.terms ? term(svg, item, x, scale, low, high, y) : note(svg, item, index, x, y, scale));
        });
        if (!shown.terms) {
          for (const [onset, duration, pitch] of shown.gone) {
            if (inside(onset)) box(svg, x(onset), y(pitch), duration * scale, "gone");
          }
        }
        const cursor = make("line", { class: "cursor", y1: HEAD - 6, y2: height - FOOT + 2, x1: 0, x2: 0, visibility: "hidden" }, svg);
        lines.push({ svg: svg, begin: begin, end: end, x: x, cursor: cursor });
        svg.addEventListener("click", (event) => {
          if (event.target.closest("[data-index]")) return;
          const place = (event.clientX - svg.getBoundingClientRect().left - LEFT) / scale + begin;
          emit("seek", { tick: Math.max(begin, Math.min(place, end, view.bars * view.bar)) });
        });
        element.appendChild(svg);
      }
      boxes.forEach((parts, index) => parts.forEach((part) => {
        part.dataset.index = index;
        part.id = `${name}-${index}`;
        part.setAttribute("role", "option");
        part.setAttribute("aria-selected", "false");
        part.setAttribute("aria-label", label(shown, index));
      }));
      if (chosen !== null && chosen >= boxes.length) chosen = null;
      highlight();
      cursor(at);
    }

    function grid(svg, first, last, low, high, x, y, terms) {
      const right = x(last * view.bar), top = HEAD, bottom = y(low) + ROW;
      make("rect", { class: "paper", x: LEFT, y: top, width: right - LEFT, height: bottom - top }, svg);
      for (let pitch = low; pitch <= high && !terms; pitch++) { /* terms have no pitch */
        if ([1, 3, 6, 8, 10].includes(pitch % 12)) make("rect", { class: "black", x: LEFT, y: y(pitch), width: right - LEFT, height: ROW }, svg);
        if (pitch % 12 === 0) make("text", { class: "octave", x: LEFT - 5, y: y(pitch) + ROW - 1, "text-anchor": "end" }, svg, `C${pitch / 12 - 1}`);
      }
      for (let beat = first * view.bar; beat <= last * view.bar; beat += view.quarter) {
        const line = beat % view.bar === 0;
        make("line", { class: line ? "barline" : "beat", x1: x(beat), x2: x(beat), y1: top, y2: bottom }, svg);
        if (line && beat < last * view.bar) make("text", { class: "number", x: x(beat) + 2, y: bottom + FOOT - 1 }, svg, beat / view.bar + 1);
      }
      for (const [onset, , symbol] of view.chords) {
        if (onset >= first * view.bar && onset < last * view.bar) make("text", { class: "chord", x: x(onset) + 2, y: HEAD - 9 }, svg, chordName(symbol));
      }
    }

    function box(svg, left, top, length, kind) {
      return make("rect", { class: kind, x: left + 0.5, y: top + 0.5, width: Math.max(length - 1, 2), height: ROW - 1, rx: 2 }, svg);
    }

    function note(svg, item, index, x, y, scale) {
      const [onset, duration, pitch, kind, mark] = item;
      const group = make("g", { class: `note ${KINDS[kind]} ${MARKS[mark]}` }, svg);
      if (mark === 1 && item.length > 6 && item[6] !== pitch) {
        const middle = x(onset) + 3;
        make("line", { class: "moved", x1: middle, x2: middle, y1: y(item[6]) + ROW / 2, y2: y(pitch) + ROW / 2 }, group);
        box(group, x(item[5]), y(item[6]), duration * scale, "was");
      }
      box(group, x(onset), y(pitch), duration * scale, "body");
      if (marked.has(index) && step === view.steps.length - 1) {
        make("line", { class: "copied", x1: x(onset), x2: x(onset + duration), y1: y(pitch) + ROW + 2, y2: y(pitch) + ROW + 2 }, group);
      }
      return group;
    }

    function term(svg, item, x, scale, low, high, y) {
      const [onset, duration, text, , mark] = item;
      const top = y(Math.round((low + high) / 2)) - 10, length = duration * scale;
      const kind = text.split(",")[0];
      const group = make("g", { class: `term ${kind === "R" ? "rest" : ""} ${MARKS[mark]}` }, svg);
      make("rect", { class: "body", x: x(onset) + 0.5, y: top, width: Math.max(length - 1, 2), height: 24, rx: 3 }, group);
      if (length > 7 * kind.length) make("text", { x: x(onset) + length / 2, y: top + 16, "text-anchor": "middle" }, group, kind);
      return group;
    }

    function label(shown, index) {
      const item = shown.items[index];
      const bar = `bar ${Math.floor(item[0] / view.bar) + 1}, beat ${((item[0] % view.bar) / view.quarter + 1).toFixed(2)}`;
      if (shown.terms) return `term ${item[2]}, ${bar}`;
      return `${chordName(shown.names[index])}, ${view.categories[item[3]]}, ${bar}${item[4] ? ", " + MARKS[item[4]] : ""}`;
    }

    function highlight() {
      element.querySelectorAll(".chosen").forEach((part) => { part.classList.remove("chosen"); part.setAttribute("aria-selected", "false"); });
      if (chosen === null || !boxes[chosen] || !boxes[chosen].length) { element.removeAttribute("aria-activedescendant"); return; }
      for (const part of boxes[chosen]) { part.classList.add("chosen"); part.setAttribute("aria-selected", "true"); }
      element.setAttribute("aria-activedescendant", boxes[chosen][0].id);
    }

    function select(index) {
      const items = view.steps[step] ? view.steps[step].items : [];
      chosen = index === null || !items.length ? null : Math.max(0, Math.min(index, items.length - 1));
      highlight();
      emit("item", chosen === null ? { step: step, index: null } : { step: step, index: chosen, item: items[chosen] });
    }

    function cursor(tick) {
      at = tick;
      for (const line of lines) {
        const here = tick !== null && tick >= line.begin && tick < line.end;
        line.cursor.setAttribute("visibility", here ? "visible" : "hidden");
        if (here) { line.cursor.setAttribute("x1", line.x(tick)); line.cursor.setAttribute("x2", line.x(tick)); }
      }
    }

    function follow() {
      const here = lines.findIndex((line) => at !== null && at >= line.begin && at < line.end);
      const before = followed;
      followed = here;
      if (here < 0 || before === null || before === here || !lines[before]) return;
      const left = lines[before].svg.getBoundingClientRect();
      if (left.bottom > 0 && left.top < window.innerHeight) lines[here].svg.scrollIntoView({ block: "nearest" });
    }

    element.addEventListener("pointerover", (event) => {
      const part = event.target.closest("[data-index]");
      if (part) select(Number(part.dataset.index));
    });
    element.addEventListener("click", (event) => {
      const part = event.target.closest("[data-index]");
      if (!part) return;
      select(Number(part.dataset.index));
      emit("seek", { tick: view.steps[step].items[chosen][0] });
    });
    element.addEventListener("keydown", (event) => {
      const last = (view.steps[step] ? view.steps[step].items.length : 0) - 1;
      const to = { ArrowRight: chosen === null ? 0 : chosen + 1, ArrowDown: chosen === null ? 0 : chosen + 1,
        ArrowLeft: (chosen || 0) - 1, ArrowUp: (chosen || 0) - 1, Home: 0, End: last }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        select(Math.max(0, to));
        if (chosen !== null && boxes[chosen].length) boxes[chosen][0].scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter" && chosen !== null) {
        event.preventDefault();
        emit("seek", { tick: view.steps[step].items[chosen][0] });
      } else if (event.key === "Escape") select(null);
    });

    let wide = 0;
    if (window.ResizeObserver) {
      new ResizeObserver(() => { if (element.clientWidth !== wide) { wide = element.clientWidth; draw(); } }).observe(element);
    }
    wide = element.clientWidth;
    draw();
    return {
      show: (number) => { step = Math.max(0, Math.min(number, view.steps.length - 1)); chosen = null; draw(); emit("item", { step: step, index: null }); },
      follow: follow,
      cursor: cursor,
      mark: (indices) => { marked = new Set(indices); draw(); },
      select: select,
      view: (other) => { view = other; marked = new Set(); step = view.steps.length - 1; chosen = null; at = null; draw(); },
    };
  };
})();
