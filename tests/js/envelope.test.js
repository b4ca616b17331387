"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { envelope } = jazzgram;
const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-9, `${value}, not ${expected}`);

/* Two recordings of a bass, as data/sound/index.json has them. */
const LOW = { file: "bass/028", root: 28, low: 0, high: 32, start: 0.1, end: 1.7, loop: [1.5, 1.7], release: 300 };
const HIGH = { file: "bass/036", root: 36, low: 33, high: 38, start: 0.1, end: 1.5, gain: -6, hold: 1.2, decay: 4.5 };
const RIDE = { file: "kit/051", root: 51, low: 51, high: 51, start: 0.1, end: 2.1, cutoff: 15000, darker: 1, choke: 2 };

test("a note is played by the recording of its key, one beyond them all by the nearest", () => {
  assert.equal(envelope.regionOf([LOW, HIGH], 32), LOW);
  assert.equal(envelope.regionOf([LOW, HIGH], 33), HIGH);
  assert.equal(envelope.regionOf([LOW, HIGH], 60), HIGH);
  assert.equal(envelope.regionOf([], 60), null);
});

test("an octave above its root a recording is played twice as fast and lasts half as long", () => {
  const voice = envelope.voiceOf({ ...RIDE, root: 39 }, 51, 127);
  assert.equal(voice.rate, 2);
  near(voice.length, 1);
  assert.equal(envelope.voiceOf(LOW, 28, 127).length, Infinity, "a loop lasts as long as the note");
});

test("half the velocity is 12 dB softer, and darker where the recording says so", () => {
  near(20 * Math.log10(envelope.levelOf(64) / envelope.levelOf(127)), 40 * Math.log10(64 / 127));
  near(envelope.voiceOf(HIGH, 36, 127).gain, Math.pow(10, -6 / 20));
  assert.equal(envelope.voiceOf(RIDE, 51, 127).cutoff, 15000);
  near(envelope.voiceOf(RIDE, 51, 0).cutoff, 7500);
  assert.equal(envelope.voiceOf(LOW, 28, 90).cutoff, null);
});

test("a note stops 60 dB below its level", () => {
  near(envelope.voiceOf(LOW, 28, 90).release, 0.2);
  near(envelope.voiceOf(HIGH, 36, 90).release, 0.06);
});

test("time 0 of a file is its click", () => {
  const samples = new Float32Array(10_000);
  samples[1105] = -0.8;
  samples[5000] = 1; // music
  assert.equal(envelope.clickAt(samples, 32_000), 1105);
});

test("a part that is muted is silent, and one that is alone silences the others", () => {
  const part = (changed) => ({ level: 0, muted: false, alone: false, ...changed });
  assert.deepEqual(envelope.faderGains([part(), part({ muted: true })]), [1, 0]);
  assert.deepEqual(envelope.faderGains([part(), part({ alone: true }), part()]), [0, 1, 0]);
  near(envelope.faderGains([part({ level: -20 })])[0], 0.1);
});
