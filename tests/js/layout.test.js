"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { layout } = jazzgram;
const withPitches = (...pitches) => ({
  steps: [{ terms: false, items: pitches.map((pitch) => ({ pitch })), gone: [] }],
});

test("a roll has four bars a line, two on a phone", () => {
  const chorus = { ...view(), bars: 12 };
  assert.equal(layout.layoutOf(chorus, 1200).lines.length, 3);
  assert.equal(layout.layoutOf(chorus, 390).lines.length, 6);
});

test("the last line ends with the solo but is as long as the others", () => {
  const lines = layout.linesOf({ bar: 1920, bars: 6 }, 4);
  assert.deepEqual(lines[1], { first: 4, last: 6, begin: 7680, end: 15360 });
});

test("x and tick are each other's inverse", () => {
  const size = layout.layoutOf(view(), 900);
  const [line] = size.lines;
  for (const tick of [0, 480, 1919, 3840]) {
    const x = layout.xOf(tick, line, size);
    assert.ok(Math.abs(layout.tickAt(x, line, size, view()) - tick) < 1e-9);
  }
});

test("beside a line a click means its ends, after the solo the solo's end", () => {
  const size = layout.layoutOf(view(), 900);
  assert.equal(layout.tickAt(0, size.lines[0], size, view()), 0);
  assert.equal(layout.tickAt(890, size.lines[0], size, view()), 3840);
});

test("the range takes in notes of every step and what was taken away", () => {
  assert.deepEqual(layout.pitchRange(view()), [59, 77]); // C4 to E5 with one row of air
});

test("a narrow range is widened to an octave and more, an empty one stands around C4", () => {
  assert.deepEqual(layout.pitchRange(withPitches(60)), [52, 68]);
  assert.deepEqual(layout.pitchRange(withPitches()), [58, 74]);
  assert.deepEqual(layout.pitchRange(withPitches(40, 80)), [39, 81]);
});

test("a semitone up is a row up", () => {
  const size = layout.layoutOf(view(), 900);
  assert.equal(layout.yOf(60, size) - layout.yOf(61, size), layout.ROW);
  assert.equal(layout.yOf(size.high, size), layout.HEAD);
});

test("a barline belongs to the line that it begins", () => {
  const [first, second] = layout.linesOf({ bar: 1920, bars: 8 }, 4);
  assert.equal(layout.holds(first, 7680), false);
  assert.equal(layout.holds(second, 7680), true);
  assert.equal(layout.holds(first, null), false);
});

test("arrow keys go from note to note and stop at the ends", () => {
  const cases = [
    ["ArrowRight", null, 0],
    ["ArrowRight", 3, 4],
    ["ArrowDown", 9, 9],
    ["ArrowLeft", 3, 2],
    ["ArrowLeft", null, 0],
    ["ArrowUp", 0, 0],
    ["Home", 5, 0],
    ["End", 5, 9],
    ["x", 5, undefined],
    ["toString", 5, undefined],
  ];
  for (const [key, chosen, index] of cases) assert.equal(layout.indexAfterKey(key, chosen, 10), index, key);
});

test("a finger beside a note means the nearest one, within its reach", () => {
  const boxes = [
    { index: 0, x: 10, y: 100, width: 20, height: 7 },
    { index: 1, x: 30, y: 107, width: 20, height: 7 },
  ];
  assert.equal(layout.nearest(boxes, 15, 103, 14), 0, "on it");
  assert.equal(layout.nearest(boxes, 15, 89, 14), 0, "11 pixels above");
  assert.equal(layout.nearest(boxes, 40, 103, 14), 1, "nearer to the other");
  assert.equal(layout.nearest(boxes, 15, 130, 14), null);
  assert.equal(layout.nearest([], 0, 0, 14), null);
});
