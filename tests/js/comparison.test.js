"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { comparison } = jazzgram;
const made = (...rows) => ({
  terms: "C,1 L,0.5",
  bar: 1920,
  notes: rows.map(([pitch, onset]) => ({ pitch, onset, duration: 480, velocity: 90 })),
});

test("notes differ by pitch, onset, duration or velocity", () => {
  const one = made([60, 0], [64, 480], [67, 1920]);
  const other = made([60, 0], [65, 480], [67, 2400]);
  assert.deepEqual(comparison.compare(one, other), { different: 2, total: 3, bars: [1, 2] });
  const soft = { ...one, notes: one.notes.map((note) => ({ ...note, velocity: 40 })) };
  assert.equal(comparison.compare(one, soft).different, 3);
});

test("a take is compared by its solo and its terms", () => {
  const solo = comparison.madeBy({ view: view(), terms: ["C,1", "L,0.5"] });
  assert.deepEqual(
    solo.notes.map((note) => note.pitch),
    [60, 76, 62],
  );
  assert.deepEqual([solo.terms, solo.bar], ["C,1/L,0.5", 1920]);
});

test("the difference is told with its bars", () => {
  const one = made([60, 0], [64, 480], [67, 1920]);
  assert.equal(comparison.comparisonText("A", one, one), "A and B play the same notes.");
  assert.equal(
    comparison.comparisonText("B", one, made([60, 0], [67, 1920])),
    "1 of 3 notes of B are not as in A, on the same terms: bar 1.",
  );
  assert.equal(
    comparison.comparisonText("A", one, made([60, 0])),
    "2 of 3 notes of A are not as in B, on the same terms: bars 1, 2.",
  );
});

test("more than twelve bars are not counted up", () => {
  const long = made(...Array.from({ length: 14 }, (_, bar) => [60, bar * 1920]));
  assert.match(comparison.comparisonText("A", long, made()), /: bars 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 …\.$/);
});

test("other terms are not compared", () => {
  const other = { ...made([60, 0]), terms: "S,1" };
  const told = "Chain A. B plays the same terms through its own steps.";
  assert.equal(comparison.comparisonText("A", made([60, 0]), other), told);
  assert.equal(comparison.comparisonText("A", made([60, 0]), null), told);
});
