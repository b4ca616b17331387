/* The roll's shapes as SVG: boxes, and the paper under them with keys, barlines, bar numbers and chord symbols. */
(function (jazzgram) {
  "use strict";
  const { steps, layout } = jazzgram;
  const { HEAD, ROW, LEFT, FOOT } = layout;
  const SVG = "http://www.w3.org/2000/svg";
  const BLACK_KEYS = [1, 3, 6, 8, 10];

  function makeSvg(name, attributes, parent, text) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    if (parent) parent.append(node);
    return node;
  }

  function makeBox(parent, x, y, length, kind) {
    const size = { width: Math.max(length - 1, 2), height: ROW - 1 };
    return makeSvg("rect", { class: kind, x: x + 0.5, y: y + 0.5, ...size, rx: 2 }, parent);
  }

  /* The paper of one line of the roll; terms have no pitch, so there are no keys under them. */
  function drawGrid(parent, line, size, view, isTerms) {
    const { low, high } = size;
    const { bar, quarter, chords } = view;
    const x = (tick) => layout.xOf(tick, line, size);
    const y = (pitch) => layout.yOf(pitch, size);
    const end = line.last * bar;
    const width = x(end) - LEFT;
    const bottom = y(low) + ROW;
    makeSvg("rect", { class: "paper", x: LEFT, y: HEAD, width, height: bottom - HEAD }, parent);
    for (let pitch = low; !isTerms && pitch <= high; pitch += 1) {
      if (BLACK_KEYS.includes(pitch % 12)) {
        makeSvg("rect", { class: "black", x: LEFT, y: y(pitch), width, height: ROW }, parent);
      }
      if (pitch % 12 === 0) {
        const beside = { class: "octave", x: LEFT - 5, y: y(pitch) + ROW - 1, "text-anchor": "end" };
        makeSvg("text", beside, parent, `C${pitch / 12 - 1}`);
      }
    }
    for (let beat = line.begin; beat <= end; beat += quarter) {
      const isBarline = beat % bar === 0;
      const ends = { x1: x(beat), x2: x(beat), y1: HEAD, y2: bottom };
      makeSvg("line", { class: isBarline ? "barline" : "beat", ...ends }, parent);
      if (isBarline && beat < end) {
        makeSvg("text", { class: "number", x: x(beat) + 2, y: bottom + FOOT - 1 }, parent, beat / bar + 1);
      }
    }
    for (const { onset, symbol } of chords) {
      if (onset < line.begin || onset >= end) continue;
      makeSvg("text", { class: "chord", x: x(onset) + 2, y: HEAD - 9 }, parent, steps.withSigns(symbol));
    }
  }

  jazzgram.svg = { makeSvg, makeBox, drawGrid };
})((globalThis.jazzgram ??= {}));
