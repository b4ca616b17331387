"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { typedChanges } = jazzgram;

test("a small root is taken as a capital one, and told", () => {
  assert.deepEqual(typedChanges.readTyped("dm7 | G7 | Cmaj7"), {
    chords: "Dm7 | G7 | Cmaj7",
    note: "dm7 is taken as Dm7.",
  });
  assert.equal(typedChanges.readTyped("bb7 | eb7 | f#m7b5 | a").chords, "Bb7 | Eb7 | F#m7b5 | A");
  assert.equal(typedChanges.readTyped("Dm7/g | c7sus4").chords, "Dm7/G | C7sus4");
});

test("what is no root stays as it is", () => {
  for (const text of ["Dm7 | G7 | Cmaj7 | %", "F7 / / Bb7", "NC | N.C.", "Cdim7 | Gadd9 | Ealt", "hello | bass"]) {
    assert.deepEqual(typedChanges.readTyped(text), { chords: text, note: "" });
  }
});

test("a bar is added behind the last barline", () => {
  const { withBar } = jazzgram.typedChanges;
  assert.equal(withBar("", "Dm7"), "Dm7");
  assert.equal(withBar("Dm7 | G7 |", "C"), "Dm7 | G7 | C");
});

test("chords without a barline are one bar, which is told", () => {
  assert.equal(typedChanges.readTyped("Dm7 G7 Cmaj7").note, "This is one bar: put | between bars.");
  assert.equal(typedChanges.readTyped("Dm7").note, "");
  assert.equal(typedChanges.readTyped("Dm7 G7\nCmaj7").note, "", "lines are bars apart");
});

test("a lead sheet and an iReal link are charts, bare bars are not", () => {
  for (const text of [
    "title: Mine\nDm7 | G7",
    "[A]\nDm7 | G7",
    "# my changes\nDm7",
    "irealb://Blue%20Bossa",
    "Key: F\nF7",
  ]) {
    assert.ok(typedChanges.isChart(text), text);
  }
  for (const text of ["Dm7 | G7", "C#m7 | F#7", "F#7"]) assert.ok(!typedChanges.isChart(text), text);
});

test("a warning is told without its key path, and once", () => {
  const warning = "improvise.chords: 'Dm7 G7' is one bar; put | between bars";
  const { note } = typedChanges.readTyped("Dm7 G7");
  assert.deepEqual(typedChanges.warningsBeside([warning, "The solo has no notes."], note), ["The solo has no notes."]);
  assert.deepEqual(typedChanges.warningsBeside([warning], ""), ["'Dm7 G7' is one bar; put | between bars"]);
});
