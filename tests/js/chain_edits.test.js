"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { chainEdits } = jazzgram;
const CHAIN = [
  { prune_grammar: "standard_lengths" },
  { prune_notes: "low_notes", with: { below: 48 } },
  { prune_notes: "max_leap", with: { semitones: 9 } },
  { clean_up_notes: "no_overlaps" },
];
const names = (steps) => steps.map(chainEdits.nameOf);
const BEFORE = structuredClone(CHAIN);

test("a step is a hook, its plugin and options", () => {
  assert.equal(chainEdits.hookOf({ with: { below: 48 }, prune_notes: "low_notes" }), "prune_notes");
  assert.deepEqual(chainEdits.optionsOf(CHAIN[0]), {});
  assert.equal(chainEdits.plainName("plugins/my_pruner.py"), "my pruner");
});

test("a step is added behind those of its hook", () => {
  assert.deepEqual(names(chainEdits.addStep(CHAIN, "chain", "prune_notes", "avoid_notes")), [
    "standard_lengths",
    "low_notes",
    "max_leap",
    "avoid_notes",
    "no_overlaps",
  ]);
  assert.equal(names(chainEdits.addStep(CHAIN, "chain", "clean_up_notes", "swing")).at(-1), "swing");
  assert.deepEqual(names(chainEdits.addStep([], "chain", "prune_notes", "avoid_notes")), ["avoid_notes"]);
});

test("another draw takes the place of the one before", () => {
  const samplers = [{ shape_distribution: "temperature" }, { sample: "categorical" }];
  assert.deepEqual(chainEdits.addStep(samplers, "samplers", "sample", "argmax"), [
    { shape_distribution: "temperature" },
    { sample: "argmax" },
  ]);
});

test("steps change places within their hook only", () => {
  assert.equal(chainEdits.canMove(CHAIN, 1, 2), true);
  assert.equal(chainEdits.canMove(CHAIN, 1, 0), false);
  assert.equal(chainEdits.canMove(CHAIN, 2, 3), false);
  assert.equal(chainEdits.canMove(CHAIN, 0, -1), false);
  assert.equal(chainEdits.canMove(CHAIN, 3, 4), false);
  const moved = chainEdits.moveStep(CHAIN, 1, 2);
  assert.deepEqual(names(moved), ["standard_lengths", "max_leap", "low_notes", "no_overlaps"]);
  assert.deepEqual(chainEdits.moveStep(moved, 2, 1), CHAIN);
});

test("options are set and left to their defaults", () => {
  const set = (value) => chainEdits.setOption(CHAIN, 1, "below", value)[1];
  assert.deepEqual(set(52), { prune_notes: "low_notes", with: { below: 52 } });
  assert.deepEqual(set(null), { prune_notes: "low_notes", with: { below: null } });
  assert.deepEqual(set(undefined), { prune_notes: "low_notes" });
});

test("no edit touches the steps it is given", () => {
  chainEdits.addStep(CHAIN, "chain", "prune_notes", "avoid_notes");
  chainEdits.moveStep(CHAIN, 1, 2);
  chainEdits.setOption(CHAIN, 1, "below", undefined);
  assert.deepEqual(names(chainEdits.removeStep(CHAIN, 0)), ["low_notes", "max_leap", "no_overlaps"]);
  assert.deepEqual(CHAIN, BEFORE);
});

test("options do not change the shape of a chain, order does", () => {
  const shape = chainEdits.shapeOf(CHAIN);
  assert.equal(chainEdits.shapeOf(chainEdits.setOption(CHAIN, 2, "semitones", 3)), shape);
  assert.notEqual(chainEdits.shapeOf(chainEdits.moveStep(CHAIN, 1, 2)), shape);
});

test("lists and mappings are read as they are written", () => {
  const values = [["1/4", "1/8"], [1, 0.5], { "chord tone": 2, tension: 0.5 }, { C: "1/4" }, []];
  for (const value of values) {
    assert.deepEqual(chainEdits.parseValues(chainEdits.valueText(value), value), value);
  }
  assert.equal(chainEdits.valueText(["1/4", "1/8"]), "1/4, 1/8");
  assert.equal(chainEdits.valueText({ tension: 0.5 }), "tension: 0.5");
  assert.deepEqual(chainEdits.parseValues(" 1/4 ,, 3 ", []), ["1/4", 3]);
});

test("an empty number is null where an option has one, else its default", () => {
  assert.equal(chainEdits.parseNumber("9", false), 9);
  assert.equal(chainEdits.parseNumber("", true), null);
  assert.equal(chainEdits.parseNumber("", false), undefined);
  assert.equal(chainEdits.valueLabel(undefined), "as usual");
});

test("a slider has notches that a hand can find", () => {
  const slider = (low, high, whole, openLow = false) => chainEdits.sliderOf({ low, high, whole, open_low: openLow });
  assert.deepEqual(slider(0, 127, true), { min: 0, max: 127, step: 1 });
  assert.deepEqual(slider(0, 1, false), { min: 0, max: 1, step: 0.01 });
  assert.deepEqual(slider(0, 5, false, true), { min: 0.05, max: 5, step: 0.05 }, "0 is not in the range");
  assert.deepEqual(slider(0, 64, false).step, 0.25);
  assert.equal(slider(0, 1000, true), null);
  assert.equal(slider(0, null, true), null);
});

test("a mistake is shown at the nearest control", () => {
  assert.deepEqual(chainEdits.keyPathsOf("chain.2.with.below"), [
    "chain.2.with.below",
    "chain.2.with",
    "chain.2",
    "chain",
  ]);
});

test("a card leads to its own step, not to the tokenizer of the same number", () => {
  const { steps } = view();
  assert.equal(chainEdits.stepAt(view(), 0).label, steps[2].label);
  assert.equal(chainEdits.stepAt(view(), 1), undefined);
  assert.equal(chainEdits.stepAt({ steps: [{ label: "1:x", hook: "unparse_grammar" }] }, 0), undefined);
});
