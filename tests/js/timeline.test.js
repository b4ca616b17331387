"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { timeline } = jazzgram;
const FOUR_FOUR = view();
const WALTZ = { bar: 1440, quarter: 480, bars: 3, tempo: 90 };

test("a tick is told as bar and beat, both from 1", () => {
  const cases = [
    [0, FOUR_FOUR, "bar 1, beat 1"],
    [240, FOUR_FOUR, "bar 1, beat 1.5"],
    [160, FOUR_FOUR, "bar 1, beat 1.33"], // the second note of an eighth-note triplet
    [1800, FOUR_FOUR, "bar 1, beat 4.75"], // the last sixteenth
    [1920, FOUR_FOUR, "bar 2, beat 1"],
    [1440, WALTZ, "bar 2, beat 1"],
    [2400, WALTZ, "bar 2, beat 3"],
  ];
  for (const [tick, meter, told] of cases) assert.equal(timeline.barAndBeat(tick, meter), told);
});

test("a whole beat keeps its zeros: beat 10 of a long bar is not beat 1", () => {
  assert.equal(timeline.barAndBeat(9 * 480, { bar: 12 * 480, quarter: 480 }), "bar 1, beat 10");
});

test("a bar of four quarters lasts two seconds at 120", () => {
  assert.equal(1920 * timeline.secondsPerTick(FOUR_FOUR), 2);
  assert.equal(1440 * timeline.secondsPerTick(WALTZ), 2);
});

test("the clock counts bars from 1 and seconds with two digits", () => {
  assert.equal(timeline.clock(0, FOUR_FOUR, 120), "bar 1 · 0:00");
  assert.equal(timeline.clock(1920, FOUR_FOUR, 120), "bar 2 · 0:02");
  const chorus = { ...FOUR_FOUR, bars: 64 };
  assert.equal(timeline.clock(35 * 1920, chorus, 120), "bar 36 · 1:10");
});

test("the end of the solo belongs to its last bar", () => {
  assert.equal(timeline.clock(timeline.lengthOf(FOUR_FOUR), FOUR_FOUR, 120), "bar 2 · 0:04");
});

test("the heads of the latest onset sound until the next one", () => {
  const onsets = [
    ["c", 0],
    ["e", 480],
    ["g", 480],
    ["b", 960],
  ];
  assert.deepEqual(timeline.headsAt(onsets, 100), ["c"]);
  assert.deepEqual(timeline.headsAt(onsets, 480), ["e", "g"]);
  assert.deepEqual(timeline.headsAt(onsets, 455), ["e", "g"], "a little early");
  assert.deepEqual(timeline.headsAt(onsets, 449), ["c"]);
  assert.deepEqual(timeline.headsAt(onsets, 5000), ["b"]);
});

test("no head sounds before the first one, nor while nothing is played", () => {
  assert.deepEqual(timeline.headsAt([["c", 480]], 0), []);
  assert.deepEqual(timeline.headsAt([["c", 0]], null), []);
  assert.deepEqual(timeline.headsAt([], 0), []);
});

test("at half the tempo it takes twice the time", () => {
  assert.equal(timeline.clock(1920, FOUR_FOUR, 60), "bar 2 · 0:04");
});

test("a beat is a quarter in 4/4 and 3/4, an eighth in 7/8, three of them in 6/8 and 12/8", () => {
  const lengths = ["4/4", "3/4", "2/2", "7/8", "6/8", "12/8"].map((meter) =>
    timeline.beatLength({ meter, quarter: 480 }),
  );
  assert.deepEqual(lengths, [480, 480, 960, 240, 720, 720]);
});

test("the metronome is off, on every beat, or on 2 and 4", () => {
  const clicked = (metronome) => [0, 1, 2, 3].filter((beat) => timeline.isClicked(beat, metronome));
  assert.deepEqual(["off", "beats", "backbeat"].map(clicked), [[], [0, 1, 2, 3], [1, 3]]);
});
