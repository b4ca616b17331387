"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, shippedView, view } = require("./pages.js");

const { steps } = jazzgram;
const COPIED = steps.copiedRuns([[0, 9, "Oleo", 4]]);

test("rows become objects with the names that are shipped with them", () => {
  const { steps: all, chords, tracks } = view();
  assert.deepEqual(chords[1], { onset: 1920, duration: 1920, symbol: "Bb7" });
  assert.deepEqual(tracks[1].notes, [{ pitch: 41, onset: 0, duration: 480, velocity: 80 }]);
  assert.deepEqual(all[2].items[1], {
    onset: 720,
    duration: 240,
    pitch: 76,
    category: "outside",
    mark: "changed",
    name: "E5",
    velocity: 90,
    onset_before: 720,
    pitch_before: 64,
    name_before: "E4",
  });
  assert.deepEqual(all[2].gone, [{ onset: 960, duration: 480, pitch: 65 }]);
  assert.equal(all[0].items[1].term, "L,0.5");
});

test("the shipped view stays as it is", () => {
  const shipped = shippedView();
  steps.readView(shipped);
  assert.deepEqual(shipped, shippedView());
});

test("another order of the fields is read by their names", () => {
  const shipped = shippedView();
  shipped.fields.chord = ["symbol", "onset", "duration"];
  shipped.chords = [["Eb7", 0, 3840]];
  assert.deepEqual(steps.readView(shipped).chords, [{ symbol: "Eb7", onset: 0, duration: 3840 }]);
});

test("names have the signs of music", () => {
  const cases = {
    Bb7: "B♭7",
    "F#m7b5": "F♯m7♭5",
    "D7#9": "D7♯9",
    "Eb/Bb": "E♭/B♭",
    Cmaj7: "Cmaj7",
    NC: "NC",
  };
  for (const [symbol, told] of Object.entries(cases)) assert.equal(steps.withSigns(symbol), told);
});

test("a step's label becomes words", () => {
  assert.equal(steps.stepName("3:strong_beat_chord_tones"), "strong beat chord tones");
  assert.equal(steps.stepName("sampled"), "sampled");
});

test("what a step did is counted", () => {
  const [sampled, tokenizer, leap] = view().steps;
  assert.equal(steps.changesText(leap), "1 changed, 1 added, 1 taken away");
  assert.equal(steps.changesText(tokenizer), "nothing changed");
  assert.equal(steps.differs(leap), true);
  assert.equal(steps.differs(sampled), false);
});

test("a step that only takes away differs from the one before", () => {
  assert.equal(steps.differs({ items: [], gone: [{ onset: 0, duration: 480, pitch: 60 }] }), true);
});

test("the report says what a step did in a sentence", () => {
  const all = view().steps;
  assert.deepEqual(all.map(steps.stepSentence), [
    "What the model sampled: 2 terms.",
    "The tokenizer (deepjazz) makes 3 notes of 2 terms.",
    "1:max_leap (semitones=9): 1 changed, 1 added, 1 taken away; 3 notes.",
  ]);
});

test("the studio says it with the number of the step", () => {
  const all = view().steps;
  assert.deepEqual(
    all.map((step, index) => steps.stepCaption(step, index, all.length)),
    [
      "Sampled: 2 terms (1 of 3)",
      "Tokenizer: 2 terms become 3 notes (2 of 3)",
      "After max leap: 1 changed, 1 added, 1 taken away (3 of 3)",
    ],
  );
});

test("the chord at a tick is the last one that began", () => {
  assert.equal(steps.chordAt(1919, view()).symbol, "F7");
  assert.equal(steps.chordAt(1920, view()).symbol, "Bb7");
  assert.equal(steps.chordAt(0, { chords: [] }), undefined);
});

test("a note is followed from its term through the steps", () => {
  const story = (index, options) => steps.story(view(), 2, index, { copied: COPIED, ...options });
  assert.deepEqual(story(0), [
    "C4",
    "bar 1, beat 1",
    "chord tone of F7",
    "from the term C,1",
    "as the tokenizer wrote it",
    "in a run of 9 notes of Oleo, bar 4",
  ]);
  assert.deepEqual(story(1, { tellBefore: true }), [
    "E5",
    "bar 1, beat 2.5",
    "outside F7",
    "changed here from E4",
    "from the term L,0.5",
    "changed by 1:max_leap",
  ]);
  assert.deepEqual(story(2, { nameOf: steps.stepName }), [
    "D4",
    "bar 2, beat 1",
    "chord tone of B♭7",
    "added here",
    "changed by max leap",
  ]);
});

test("before the last step a note knows only its place and harmony, a term not even that", () => {
  const told = { copied: COPIED };
  assert.deepEqual(steps.story(view(), 1, 0, told), ["C4", "bar 1, beat 1", "chord tone of F7"]);
  assert.deepEqual(steps.story(view(), 0, 1, told), ["term L,0.5", "bar 1, beat 2.5"]);
});

test("a note over no chord says so", () => {
  const silent = view();
  silent.chords = [{ onset: 0, duration: 3840, symbol: "NC" }];
  assert.equal(steps.story(silent, 1, 0, { copied: COPIED })[2], "no chord");
});

test("a screen reader hears pitch, harmony, bar, beat and mark", () => {
  const label = (step, index) => steps.itemLabel(view().steps[step], view().steps[step].items[index], view());
  assert.equal(label(2, 1), "E5, outside, bar 1, beat 2.50, changed");
  assert.equal(label(1, 0), "C4, chord tone, bar 1, beat 1.00");
  assert.equal(label(0, 0), "term C,1, bar 1, beat 1.00");
});

test("a term that is a MIDI number is called as its note; a degree of the scale is not", () => {
  assert.deepEqual(["70,0.500", "R,1.000", "5,0.500,<+>", "66,1.000", "C,0.500,<M2,d-4>"].map(steps.termName), [
    "B♭4",
    "R",
    "5",
    "F♯4",
    "C",
  ]);
});

test("at each step its own notes are heard, in their order; at the terms what the tokenizer makes of them", () => {
  const shown = view();
  const heard = (index) => steps.viewAt(shown, index).tracks[0].notes.map(({ pitch }) => pitch);
  assert.deepEqual([0, 1, 2].map(heard), [
    [60, 64, 65],
    [60, 64, 65],
    [60, 76, 62],
  ]);
  assert.equal(steps.viewAt(shown, 2), shown);
  assert.equal(steps.viewAt(shown, 0).tracks[1], shown.tracks[1], "the band stays");
});
