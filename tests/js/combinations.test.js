"use strict";
/* Combinations of recorded steps: two steps over three notes, of which the second step takes one away. */
const assert = require("node:assert/strict");
const { test } = require("node:test");
require("./pages.js");
const { combinations } = jazzgram;

const shipped = () => ({
  title: "Two steps",
  tempo: 120,
  meter: "4/4",
  bar: 1920,
  bars: 1,
  quarter: 480,
  fields: { chord: ["onset", "duration", "symbol"] },
  categories: ["chord tone", "outside"],
  chords: [[0, 1920, "C6"]],
  terms: [
    [0, 480, "C,1.000"],
    [480, 480, "A,1.000"],
  ],
  texts: ["C,1.000", "A,1.000"],
  notes: [
    [0, 480, 60, 0, "C4", 80, 0, 0, 0],
    [480, 480, 61, 1, "Db4", 80, 1, 0, 1],
    [480, 480, 62, 0, "D4", 80, 1, 1, 1],
    [960, 480, 64, 0, "E4", 80, 0, 2, -1],
  ],
  names: ["Solo", "Bass"],
  parts: [[[[36, 0, 480, 80]], [[43, 0, 480, 80]]]],
  metrics: [
    ["notes a bar", 6, 2],
    ["swing", 1.1, 0],
  ],
  steps: [
    { name: "raise_tones", summary: "Raise.", yaml: "  - prune_notes: raise_tones\n" },
    { name: "breathe", summary: "Rest.", yaml: "  - clean_up_notes: breathe\n    with: {phrase: 4}\n" },
  ],
  head: "extends: blues\n",
  combinations: [
    { notes: [0, 1], parts: [0], numbers: [2, null], distance: 2 },
    { notes: [0, 2], parts: [0], numbers: [1.9, 1], distance: 1.9 },
    { notes: [0, 3], parts: [1], numbers: [6, 1], distance: 0.5 },
    { notes: [0, 3], parts: [1], numbers: [6, 1], distance: 0.5 },
  ],
});
const runs = combinations.readRuns(shipped());
const marks = (combination, before) =>
  combinations.viewOf(runs, combination, before).steps[1].items.map(({ mark }) => mark);

test("a step is on where its bit is set", () => {
  assert.equal(runs.all, 3);
  assert.ok(combinations.isOn(2, 1) && !combinations.isOn(2, 0));
  assert.equal(combinations.toggled(2, 0), 3);
  assert.equal(combinations.toggled(3, 0), 2);
});

test("a note that a step moved is changed, with what it was", () => {
  const { items, gone } = combinations.viewOf(runs, 1, 0).steps[1];
  assert.deepEqual(marks(1, 0), ["same", "changed"]);
  assert.equal(items[1].pitch_before, 61);
  assert.equal(items[1].name_before, "Db4");
  assert.equal(gone.length, 0);
});

test("notes are added and gone by what they are in every run", () => {
  const { items, gone } = combinations.viewOf(runs, 2, 0).steps[1];
  assert.deepEqual(marks(2, 0), ["same", "added"]);
  assert.equal(items[1].pitch, 64);
  assert.deepEqual(
    gone.map(({ pitch }) => pitch),
    [61],
  );
  assert.deepEqual(marks(3, 3), ["same", "same"]);
});

test("a view has the terms, the solo and its version of the band", () => {
  const view = combinations.viewOf(runs, 2, 2);
  assert.deepEqual(
    view.steps[0].items.map(({ term }) => term),
    ["C,1.000", "A,1.000"],
  );
  assert.deepEqual(
    view.tracks.map(({ name, notes }) => [name, notes[0].pitch]),
    [
      ["Solo", 60],
      ["Bass", 43],
    ],
  );
  assert.equal(view.chords[0].symbol, "C6");
  assert.deepEqual(view.notes[1], { term: "C,1.000", steps: ["breathe"] });
});

test("a sentence tells what a switch did", () => {
  assert.equal(combinations.sentence(runs, 2, 2), "2 notes.");
  assert.equal(combinations.sentence(runs, 1, 0), "raise tones switched on: 1 changed; 2 notes.");
  assert.equal(combinations.sentence(runs, 0, 2), "breathe switched off: 1 added, 1 taken away; 2 notes.");
  assert.equal(combinations.sentence(runs, 3, 0), "steps switched on: 1 added, 1 taken away; 2 notes.");
});

test("a value is far out beyond two deviations, and without a z where there is none", () => {
  const [density, swing] = combinations.numbersOf(runs, 1, 0);
  assert.deepEqual([density.z.toFixed(2), density.isFar, density.without], ["-2.05", true, 2]);
  assert.deepEqual([swing.z, swing.isFar, swing.without], [null, false, null]);
});

test("a combination is written as the configuration that plays it", () => {
  assert.equal(combinations.yamlOf(runs, 0), "extends: blues\nchain: []\n");
  assert.equal(
    combinations.yamlOf(runs, 2),
    "extends: blues\nchain:\n  - clean_up_notes: breathe\n    with: {phrase: 4}\n",
  );
});

test("a combination has an address, and other addresses have none", () => {
  for (const combination of [0, 1, 2, 3]) {
    assert.equal(combinations.combinationOf(runs, combinations.fragmentOf(runs, combination)), combination);
  }
  assert.equal(combinations.fragmentOf(runs, 3), "#raise_tones+breathe");
  for (const other of ["", "#measured", "#breathe+nothing"]) {
    assert.equal(combinations.combinationOf(runs, other), null);
  }
});
