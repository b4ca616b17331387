"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { schedule } = jazzgram;
const WHOLE = { started: 10, from: 0, to: 3840, tempo: 120 }; // at 120 a quarter lasts half a second
const SECOND_BAR = { from: 1920, to: 3840 };

const pitches = ({ due }) => due.map(({ track, note, when }) => [track, note.pitch, when]);

test("time on the audio clock becomes a tick and back", () => {
  assert.equal(schedule.tickAt(10.5, [WHOLE], view()), 480);
  assert.equal(schedule.secondsAt(480, WHOLE, view()), 10.5);
  assert.equal(schedule.tickAt(10.5, [{ ...WHOLE, from: 1920 }], view()), 2400);
  assert.equal(schedule.tickAt(10.5, [{ ...WHOLE, tempo: 240 }], view()), 960, "twice as fast");
});

test("time never runs before the beginning nor past the end", () => {
  assert.equal(schedule.tickAt(9.94, [{ ...WHOLE, from: 960 }], view()), 960);
  assert.equal(schedule.tickAt(99, [WHOLE], view()), 3840);
});

test("after a turn of the tempo the new one counts from where it was turned", () => {
  const turned = [
    { ...WHOLE, to: 3840 },
    { started: 11, from: 960, to: 3840, tempo: 60 },
  ];
  assert.equal(schedule.tickAt(10.5, turned, view()), 480);
  assert.equal(schedule.tickAt(12, turned, view()), 1440);
});

test("after the end it begins at the start again, else where it stood; a loop is played from its first bar", () => {
  assert.equal(schedule.beginAt(3840, view(), null), 0);
  assert.equal(schedule.beginAt(1920, view(), null), 1920);
  assert.equal(schedule.beginAt(480, view(), SECOND_BAR), 1920);
  assert.equal(schedule.beginAt(2400, view(), SECOND_BAR), 2400);
  assert.equal(schedule.beginAt(3840, view(), SECOND_BAR), 1920);
});

test("a search stays within the solo", () => {
  assert.equal(schedule.clampTick(-5, view()), 0);
  assert.equal(schedule.clampTick(9999, view()), 3840);
  assert.equal(schedule.clampTick(720, view()), 720);
});

test("from the second beat on the first note to sound is the one on 2 and a half", () => {
  assert.deepEqual(schedule.firstNotes(view().tracks, 480), [1, 1]);
  assert.deepEqual(schedule.firstNotes(view().tracks, 0), [0, 0]);
  assert.deepEqual(schedule.firstNotes(view().tracks, 3000), [3, 1], "after the last note of each track");
});

test("notes are due by their onsets, each one once", () => {
  const first = schedule.dueNotes(view(), WHOLE, [0, 0], 10.25, false);
  assert.deepEqual(pitches(first), [
    [0, 60, 10],
    [1, 41, 10],
  ]);
  assert.equal(first.due[0].end, 10.5);
  const second = schedule.dueNotes(view(), WHOLE, first.next, 10.75, false);
  assert.deepEqual(pitches(second), [[0, 76, 10.75]]); // the second eighth of the second beat
  assert.deepEqual(schedule.dueNotes(view(), WHOLE, second.next, 11, false).due, []);
});

test("the next pass of a loop begins at the very moment at which the one before ends, faster if one practises", () => {
  const loop = { from: 0, to: 1920 };
  let pass = schedule.segmentFrom(0, 10, 120, loop, view());
  assert.deepEqual(pass, { started: 10, from: 0, to: 1920, tempo: 120 });
  for (const [started, tempo] of [
    [12, 160],
    [13.5, 200],
    [14.7, 240],
  ]) {
    pass = schedule.following(pass, loop, 40, view());
    assert.ok(Math.abs(pass.started - started) < 1e-12);
    assert.equal(pass.tempo, tempo);
  }
  assert.equal(schedule.following({ ...pass, tempo: 390 }, loop, 40, view()).tempo, 400, "not for ever");
  assert.equal(schedule.following(WHOLE, null, 0, view()), null, "without a loop it is over");
});

test("what begins after the loop is not played, and what is longer ends with it", () => {
  const half = { ...WHOLE, to: 840 };
  const { due } = schedule.dueNotes(view(), half, [0, 0], 99, true);
  assert.deepEqual(
    due.map(({ note, end }) => [note.pitch, end]),
    [
      [60, 10.5],
      [76, 10.875],
      [41, 10.5],
    ],
  );
});

test("the metronome clicks on every beat from the next one on", () => {
  const beats = schedule.dueBeats(view(), WHOLE, 100, 11.6);
  assert.deepEqual(
    beats.due.map(({ tick, when, beat }) => [tick, when, beat]),
    [
      [480, 10.5, 1],
      [960, 11, 2],
      [1440, 11.5, 3],
    ],
  );
  assert.equal(schedule.dueBeats(view(), WHOLE, beats.next, 12).due[0].beat, 0);
});

test("a note that is played a little early belongs to the bar after it, where a loop begins and where it ends", () => {
  const early = view();
  early.tracks[0].notes[2].onset = 1910; // the first of bar 2
  const second = schedule.segmentFrom(1920, 10, 120, { from: 1920, to: 3840 }, early);
  const next = schedule.firstNotes(early.tracks, 1920, true);
  assert.deepEqual(pitches(schedule.dueNotes(early, second, next, 11, true)), [[0, 62, 10]]);
  const first = schedule.segmentFrom(0, 10, 120, { from: 0, to: 1920 }, early);
  const heard = schedule.dueNotes(early, first, [0, 0], 99, true).due.map(({ note }) => note.pitch);
  assert.deepEqual(heard, [60, 76, 41]);
  assert.deepEqual(schedule.firstNotes(early.tracks, 1920), [3, 1], "not again where the tempo is turned");
});
