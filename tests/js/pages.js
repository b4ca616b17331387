"use strict";
/* The pages' scripts without a DOM, in the order in which the pages load them, and a view to try them on. */

const path = require("node:path");

const REPORT = "jazzgram/pages/report/assets";
const STUDIO = "jazzgram/studio/assets";
const LISTENING_TEST = "jazzgram/evaluation/listening_test/assets";
const EXPLORER = "docs/make_pages/explorer/assets";
const SCRIPTS = [
  `${REPORT}/timeline.js`,
  `${REPORT}/steps.js`,
  `${REPORT}/layout.js`,
  `${REPORT}/schedule.js`,
  `${REPORT}/envelope.js`,
  `${STUDIO}/server.js`,
  `${STUDIO}/history.js`,
  `${STUDIO}/curves.js`,
  `${STUDIO}/comparison.js`,
  `${STUDIO}/chain_edits.js`,
  `${STUDIO}/typed_changes.js`,
  `${STUDIO}/trade_clock.js`,
  `${STUDIO}/trade_keys.js`,
  `${STUDIO}/trade_turns.js`,
  `${STUDIO}/trade_link.js`,
  `${STUDIO}/trade_midi.js`,
  `${STUDIO}/trade_latency.js`,
  `${STUDIO}/saved_files.js`,
  `${STUDIO}/working.js`,
  `${LISTENING_TEST}/answers.js`,
  `${EXPLORER}/combinations.js`,
  `${EXPLORER}/effects.js`,
];
for (const script of SCRIPTS) require(path.join(__dirname, "../..", script));

/* Two bars of F7 and Bb7 at 120, as jazzgram/pages/report/view.py ships them.

   Sampled are two terms; the tokenizer makes C4 E4 F4 of them; max_leap puts the E an octave up, takes the F away and
   adds a D in the second bar, so that the solo is C4 E5 D4. */
function shippedView() {
  return {
    title: "Two bars",
    tempo: 120,
    meter: "4/4",
    bar: 1920,
    bars: 2,
    quarter: 480,
    fields: {
      note: [
        "onset",
        "duration",
        "pitch",
        "category",
        "mark",
        "name",
        "velocity",
        "onset_before",
        "pitch_before",
        "name_before",
      ],
      term: ["onset", "duration", "term", "category", "mark", "onset_before", "term_before"],
      chord: ["onset", "duration", "symbol"],
      played: ["pitch", "onset", "duration", "velocity"],
    },
    categories: ["chord tone", "tension", "outside", "no chord"],
    marks: ["same", "changed", "added"],
    chords: [
      [0, 1920, "F7"],
      [1920, 1920, "Bb7"],
    ],
    tracks: [
      {
        name: "Solo",
        notes: [
          [60, 0, 480, 90],
          [76, 720, 240, 90],
          [62, 1920, 480, 90],
        ],
      },
      { name: "Bass", notes: [[41, 0, 480, 80]] },
    ],
    notes: [
      { term: "C,1", chord: "F7", steps: [] },
      { term: "L,0.5", chord: "F7", steps: ["1:max_leap"] },
      { term: "", chord: "Bb7", steps: ["1:max_leap"] },
    ],
    steps: [
      {
        label: "sampled",
        hook: "sample",
        options: "",
        in: 0,
        out: 2,
        terms: true,
        items: [
          [0, 480, "C,1", 0, 0],
          [720, 240, "L,0.5", 0, 0],
        ],
        gone: [],
      },
      {
        label: "tokenizer",
        hook: "unparse_grammar",
        options: "deepjazz",
        in: 2,
        out: 3,
        terms: false,
        items: [
          [0, 480, 60, 0, 0, "C4", 90],
          [720, 240, 64, 2, 0, "E4", 90],
          [960, 480, 65, 0, 0, "F4", 90],
        ],
        gone: [],
      },
      {
        label: "1:max_leap",
        hook: "prune_notes",
        options: "semitones=9",
        in: 3,
        out: 3,
        terms: false,
        items: [
          [0, 480, 60, 0, 0, "C4", 90],
          [720, 240, 76, 2, 1, "E5", 90, 720, 64, "E4"],
          [1920, 480, 62, 0, 2, "D4", 90],
        ],
        gone: [[960, 480, 65]],
      },
    ],
  };
}

const { jazzgram } = globalThis;

module.exports = { jazzgram, shippedView, view: () => jazzgram.steps.readView(shippedView()) };
