"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { history } = jazzgram;
const EDIT = {
  seed: 1,
  improvise: { bars: 12 },
  samplers: [{ sample: "categorical" }],
  chain: [{ prune_notes: "max_leap" }],
};
const begin = () => history.begin(structuredClone(EDIT));
const setSeed = (seed) => (state) => {
  state.edit.seed = seed;
};
const seeds = ({ states }) => states.map((state) => state.edit.seed);

test("a change is a new state; the history before stays as it is", () => {
  const first = begin();
  const second = history.change(first, "Seed 2", setSeed(2));
  assert.deepEqual(seeds(second), [1, 2]);
  assert.equal(history.current(second).label, "Seed 2");
  assert.deepEqual(seeds(first), [1]);
});

test("a change that changes nothing is none", () => {
  const first = begin();
  assert.equal(history.change(first, "Seed 1", setSeed(1)), first);
});

test("undo and redo go back and forth, not beyond", () => {
  const all = history.change(history.change(begin(), "", setSeed(2)), "", setSeed(3));
  const undone = history.goTo(all, all.at - 1);
  assert.equal(history.current(undone).edit.seed, 2);
  assert.equal(history.current(history.goTo(undone, undone.at + 1)).edit.seed, 3);
  assert.equal(history.goTo(all, 3), all);
  assert.equal(history.goTo(all, -1), all);
});

test("a change after undo forgets what was undone", () => {
  const all = history.change(history.change(begin(), "", setSeed(2)), "", setSeed(3));
  const other = history.change(history.goTo(all, 0), "", setSeed(9));
  assert.deepEqual(seeds(other), [1, 9]);
});

test("a slider that is dragged is undone at once", () => {
  let dragged = begin();
  for (const [seed, when] of [
    [5, 1000],
    [6, 1100],
    [7, 2200],
  ]) {
    dragged = history.change(dragged, "", setSeed(seed), "chain.0.below", when);
  }
  assert.deepEqual(seeds(dragged), [1, 7]);
  assert.deepEqual(seeds(history.change(dragged, "", setSeed(8), "chain.0.below", 9000)), [1, 7, 8], "later");
  assert.deepEqual(seeds(history.change(dragged, "", setSeed(8), "chain.1.below", 2300)), [1, 7, 8], "another one");
  assert.deepEqual(seeds(history.change(dragged, "", setSeed(8))), [1, 7, 8], "no control at all");
});

test("after undo the same control begins a new state", () => {
  const moved = history.change(begin(), "", setSeed(2), "seed", 1000);
  const back = history.goTo(moved, 0);
  assert.deepEqual(seeds(history.change(back, "", setSeed(3), "seed", 1100)), [1, 3]);
});

test("the oldest of more than sixty states is forgotten", () => {
  let all = begin();
  for (let seed = 2; seed <= 70; seed += 1) all = history.change(all, "", setSeed(seed));
  assert.equal(all.states.length, 60);
  assert.equal(all.at, 59);
  assert.deepEqual([seeds(all)[0], seeds(all)[59]], [11, 70]);
});

test("a lock is no take of its own", () => {
  const locked = history.amend(begin(), (state) => history.lock(state, 2, true));
  assert.equal(locked.states.length, 1);
  assert.deepEqual(history.current(locked).locked, [2]);
});

test("locks stand in the order of bars", () => {
  const state = { locked: [] };
  for (const bar of [10, 2, 5]) history.lock(state, bar, true);
  assert.deepEqual(state.locked, [2, 5, 10]);
  history.lock(state, 5, false);
  history.lock(state, 5, false);
  assert.deepEqual(state.locked, [2, 10]);
});

test("locked bars are kept with the seed and the terms that they were played with", () => {
  const state = { edit: structuredClone(EDIT), kept: [], locked: [2, 3] };
  const [first, second] = [["60,1.000"], ["62,1.000"]];
  history.freeze(state, first);
  state.edit.seed = 2;
  history.lock(state, 7, true);
  history.freeze(state, second);
  const samplers = EDIT.samplers;
  assert.deepEqual(state.kept, [
    { seed: 1, samplers, terms: first, bars: [2, 3] },
    { seed: 2, samplers, terms: second, bars: [7] },
  ]);
  state.locked = [3];
  history.freeze(state, []);
  const left = [{ seed: 1, samplers, terms: first, bars: [3] }];
  assert.deepEqual(state.kept, left, "what was unlocked is let go");
});

test("chain B begins as a copy of A and is edited for itself", () => {
  const state = history.current(begin());
  history.setSide(state, "B");
  history.setChain(state, []);
  assert.deepEqual(history.chainOf(state), []);
  assert.deepEqual(history.recipeOf(state), { edit: { ...EDIT, chain: [] }, kept: [] });
  history.setSide(state, "A");
  assert.deepEqual(history.chainOf(state), EDIT.chain);
  history.setSide(state, "B");
  assert.deepEqual(history.chainOf(state), [], "it is remembered");
});

test("a chain that is typed as YAML belongs to the side that is shown", () => {
  const state = history.current(begin());
  history.setSide(state, "B");
  history.takeEdit(state, {
    seed: 1,
    samplers: EDIT.samplers,
    chain: [{ prune_notes: "low_notes" }],
  });
  assert.deepEqual(state.b, [{ prune_notes: "low_notes" }]);
  assert.deepEqual(state.edit.chain, EDIT.chain);
  assert.deepEqual(state.edit.improvise, {});
});

test("another seed in the YAML keeps the locked bars, another chain does not", () => {
  const state = { ...history.current(begin()), locked: [0] };
  history.takeEdit(state, { ...EDIT, chain: [] });
  assert.deepEqual(state.kept, []);
  history.takeEdit(state, { ...EDIT, seed: 5 }, ["60,4.000"]);
  assert.deepEqual(state.kept, [{ seed: 1, samplers: EDIT.samplers, terms: ["60,4.000"], bars: [0] }]);
});

test("another critic or curve in the YAML keeps the locked bars", () => {
  for (const more of [{ critics: [{ score_bar: "wander" }] }, { improvise: { shape: { rest: [0.5] } } }]) {
    const state = { ...history.current(begin()), locked: [0] };
    history.takeEdit(state, { ...EDIT, ...more }, ["60,4.000"]);
    assert.equal(state.kept.length, 1);
  }
});

test("an empty field takes its key away", () => {
  const state = history.current(begin());
  history.setImprovise(state, { bars: null, title: "Blues", meter: "" });
  assert.deepEqual(state.edit.improvise, { title: "Blues" });
});

test("a style is set where the configuration names no players, and cleared", () => {
  const state = { ...history.current(begin()), edit: { ...EDIT, accompany: {} } };
  history.setStyle(state, "bossa");
  assert.deepEqual(state.edit.accompany, { style: "bossa" });
  history.takeEdit(state, EDIT, []);
  assert.deepEqual(state.edit.accompany, {}, "YAML without it leaves it to the changes");
  const fixed = history.current(begin());
  history.setStyle(fixed, "bossa");
  assert.equal(fixed.edit.accompany, undefined);
});

test("a new take has a seed that none had before", () => {
  const all = history.change(history.change(begin(), "", setSeed(77)), "", setSeed(3));
  assert.equal(history.nextSeed(all.states), 78);
  assert.equal(history.takeLabel(78, 0), "Take 78");
  assert.equal(history.takeLabel(78, 1), "Take 78, 1 bar locked");
  assert.equal(history.takeLabel(78, 4), "Take 78, 4 bars locked");
});

test("a history is read back as it was written, anything else is none", () => {
  const all = history.goTo(history.change(begin(), "Seed 2", setSeed(2)), 0);
  assert.deepEqual(history.fromText(history.toText(all)), all);
  for (const text of [null, "", "{", "{}", "[]", '{"states": [], "at": 0}', '{"states": [{}], "at": 0}']) {
    assert.equal(history.fromText(text), null, text);
  }
});
