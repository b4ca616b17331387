"use strict";
/* What steps improve: five metrics, and steps that bring them nearer to real solos, farther, and nowhere. */
const assert = require("node:assert/strict");
const { test } = require("node:test");
require("./pages.js");
const { effects } = jazzgram;

const note = (pitch, origin) => ({ onset: 0, duration: 480, pitch, velocity: 80, text: 0, bits: 0, origin });
const runs = {
  steps: [{ name: "breathe" }, { name: "guide_tones" }],
  metrics: [["silence"], ["phrases"], ["steps"], ["range"], ["swing"]],
  texts: ["C,1.000"],
  terms: [],
  names: ["Solo"],
  notes: [note(60, 0), note(64, 0)],
  combinations: {
    0: { notes: [0], parts: [] },
    1: { notes: [1], parts: [] },
    2: { notes: [0], parts: [] },
  },
};
const effect = (gain, gains = [0, 0, 0, 0, null], present = 1) => ({ gain, gains, without: 0, with: present });

test("a gain is told as nearer or farther, a tiny one as neither", () => {
  assert.equal(effects.gainText(effect(0.187)), "0.19 nearer");
  assert.equal(effects.gainText(effect(-0.02)), "0.02 farther");
  assert.equal(effects.gainText(effect(-0.0049)), "as near");
  assert.equal(effects.gainSentence(effect(0.187)), "0.19 nearer to real solos");
  assert.equal(effects.gainSentence(effect(-0.02)), "0.02 farther from real solos");
  assert.equal(effects.gainSentence(effect(0)), "as near to real solos as before");
});

test("the two metrics that move most are told on either side, the largest first", () => {
  const { gains } = effect(0.1, [0.5, 1.4, 0.06, -0.2, null]);
  assert.equal(
    effects.movesText(runs, effect(0.1, gains)),
    "Nearer: phrases (1.40); silence (0.50). Farther: range (0.20).",
  );
  assert.deepEqual(effects.moves(runs, { gains: [0.04, -0.04, 0, 0, null] }, 1), []);
});

test("a step that moves no metric, and one that changes no note, are told apart", () => {
  assert.equal(effects.movesText(runs, effect(0)), "None of the numbers here moves.");
  assert.equal(effects.movesText(runs, effect(0, undefined, 2)), "These takes have nothing that it would mend.");
});

test("a step has an address, and other addresses have none", () => {
  assert.equal(effects.fragmentOf(runs, 1), "#step=guide_tones");
  assert.equal(effects.stepOf(runs, "#step=guide_tones"), 1);
  for (const other of ["", "#measured", "#step=nothing", "#breathe"]) assert.equal(effects.stepOf(runs, other), null);
});

test("what was measured elsewhere is told as it stands, without a gain where there is none", () => {
  const measured = { gain: null, told: "Likelier than without.", without: 0, with: 1 };
  assert.equal(effects.movesText(runs, measured), "Likelier than without.");
  assert.deepEqual([effects.gainText(measured), effects.gainSentence(measured)], ["", ""]);
  assert.equal(effects.isNearer(measured) || effects.isFarther(measured), false);
});
