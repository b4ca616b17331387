"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { schedule, timbre } = jazzgram;
const RUN = { started: 10, from: 0 }; // at 120 a quarter lasts half a second

test("time on the audio clock becomes a tick and back", () => {
  assert.equal(schedule.tickAt(10.5, RUN, view()), 480);
  assert.equal(schedule.secondsAt(480, RUN, view()), 10.5);
  assert.equal(schedule.tickAt(10.5, { started: 10, from: 1920 }, view()), 2400);
});

test("time never runs before the beginning nor past the end", () => {
  assert.equal(schedule.tickAt(9.94, { started: 10, from: 960 }, view()), 960);
  assert.equal(schedule.tickAt(99, RUN, view()), 3840);
});

test("after the end it begins at the start again, else where it stood", () => {
  assert.equal(schedule.beginAt(3840, view()), 0);
  assert.equal(schedule.beginAt(1920, view()), 1920);
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
  const first = schedule.dueNotes(view(), RUN, [0, 0], 10.25);
  assert.deepEqual(
    first.due.map(({ track, note, when }) => [track, note.pitch, when]),
    [
      [0, 60, 10],
      [1, 41, 10],
    ],
  );
  assert.deepEqual(first.next, [1, 1]);
  const second = schedule.dueNotes(view(), RUN, first.next, 10.75);
  assert.deepEqual(
    second.due.map(({ note, when }) => [note.pitch, when]),
    [[76, 10.75]], // the second eighth of the second beat
  );
  assert.deepEqual(schedule.dueNotes(view(), RUN, second.next, 11).due, []);
});

test("A4 is 440 Hz, an octave doubles it, a semitone is the twelfth root of two", () => {
  assert.equal(timbre.frequencyOf(69), 440);
  assert.equal(timbre.frequencyOf(57), 220);
  assert.ok(Math.abs(timbre.frequencyOf(60) - 261.6256) < 1e-4);
});

test("bass and piano fade, a saxophone holds its notes", () => {
  assert.equal(timbre.timbreOf(33).decay, 0.5);
  assert.equal(timbre.timbreOf(0).decay, 0.35);
  assert.equal(timbre.timbreOf(66).decay, 0);
});

test("the kick is low, the ride rings longest", () => {
  assert.equal(timbre.drumOf(36).filter, "lowpass");
  assert.ok(timbre.drumOf(51).decay > timbre.drumOf(42).decay);
  assert.equal(timbre.drumOf(42).filter, "highpass"); // hi-hat
});

test("noise is the same every time, within -1 and 1, and around 0", () => {
  const noise = timbre.fillWithNoise(new Float32Array(44_100));
  assert.deepEqual(noise, timbre.fillWithNoise(new Float32Array(44_100)));
  assert.ok(noise.every((sample) => Math.abs(sample) <= 1));
  assert.ok(Math.abs(noise.reduce((sum, sample) => sum + sample, 0) / noise.length) < 0.02);
});
