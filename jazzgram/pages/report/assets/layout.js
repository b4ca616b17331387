/* Where things stand on the piano roll, in pixels. Nothing here draws. */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const HEAD = 26; // above the rows: chord symbols
  const ROW = 7; // a semitone
  const LEFT = 34; // beside the rows: octaves
  const RIGHT = 8;
  const FOOT = 10; // under the rows: bar numbers
  const LEAST_WIDTH = 280;
  const NARROW = 620; // width under which a line has two bars, not four
  const LEAST_ROWS = 14;
  const EMPTY = [60, 72]; // without notes

  /* The lowest and highest row over all steps, with one row of air on both sides. */
  function pitchRange(view) {
    const pitches = view.steps
      .filter((step) => !step.terms)
      .flatMap((step) => [...step.items, ...step.gone].map((item) => item.pitch));
    let [low, high] = EMPTY;
    if (pitches.length) {
      low = pitches.reduce((least, pitch) => Math.min(least, pitch));
      high = pitches.reduce((most, pitch) => Math.max(most, pitch));
    }
    while (high - low < LEAST_ROWS) {
      high += 1;
      if (high - low < LEAST_ROWS) low -= 1;
    }
    return [low - 1, high + 1];
  }

  /* The lines of a roll: each has `first` and `last`, its bars (`last` is not in it), and `begin` and `end` in ticks.
     The last line is as long as the others, even where the solo ends before it. */
  function linesOf(view, barsInLine) {
    const lines = [];
    for (let first = 0; first < view.bars; first += barsInLine) {
      const begin = first * view.bar;
      const last = Math.min(first + barsInLine, view.bars);
      lines.push({ first, last, begin, end: begin + barsInLine * view.bar });
    }
    return lines;
  }

  /* The size of everything for an element that is `available` pixels wide. */
  function layoutOf(view, available) {
    const width = Math.max(available || 900, LEAST_WIDTH);
    const barsInLine = width < NARROW ? 2 : 4;
    const [low, high] = pitchRange(view);
    return {
      width,
      height: HEAD + (high - low + 1) * ROW + FOOT,
      low,
      high,
      scale: (width - LEFT - RIGHT) / (barsInLine * view.bar), // pixels a tick
      lines: linesOf(view, barsInLine),
    };
  }

  const xOf = (tick, line, layout) => LEFT + (tick - line.begin) * layout.scale;

  const yOf = (pitch, layout) => HEAD + (layout.high - pitch) * ROW;

  /* The tick at x in a line; what is beside the line belongs to its ends. */
  function tickAt(x, line, layout, view) {
    const tick = (x - LEFT) / layout.scale + line.begin;
    return Math.max(line.begin, Math.min(tick, line.end, timeline.lengthOf(view)));
  }

  /* The index of the box that is nearest to a point, at most `reach` pixels away from it; null where none is. */
  function nearest(boxes, x, y, reach) {
    let [least, found] = [reach, null];
    for (const box of boxes) {
      const across = Math.max(box.x - x, 0, x - box.x - box.width);
      const down = Math.max(box.y - y, 0, y - box.y - box.height);
      const away = Math.hypot(across, down);
      if (away < least || (found === null && away <= least)) [least, found] = [away, box.index];
    }
    return found;
  }

  const holds = (line, tick) => tick !== null && tick >= line.begin && tick < line.end;

  /* The item that a key leads to: `chosen` is its index or null; undefined where the key means nothing. */
  function indexAfterKey(key, chosen, count) {
    const next = chosen === null ? 0 : chosen + 1;
    const previous = (chosen ?? 0) - 1;
    const keys = {
      ArrowRight: next,
      ArrowDown: next,
      ArrowLeft: previous,
      ArrowUp: previous,
      Home: 0,
      End: count - 1,
    };
    return Object.hasOwn(keys, key) ? Math.max(0, Math.min(keys[key], count - 1)) : undefined;
  }

  jazzgram.layout = {
    HEAD,
    ROW,
    LEFT,
    FOOT,
    pitchRange,
    linesOf,
    layoutOf,
    xOf,
    yOf,
    tickAt,
    nearest,
    holds,
    indexAfterKey,
  };
})((globalThis.jazzgram ??= {}));
