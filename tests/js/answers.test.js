"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { answers } = jazzgram;
const CLIPS = [{ name: "1" }, { name: "2" }];
const begin = () => answers.begin(new Uint8Array([0, 1, 15, 16, 171, 255]));

test("a listener is twelve hexadecimal digits", () => {
  assert.equal(begin().listener, "00010f10abff");
});

test("a listener begins, rates each clip, and is done", () => {
  let state = begin();
  assert.equal(answers.partOf(state, CLIPS), "start");
  state = answers.joinGroup(state, "jazz musician");
  assert.equal(answers.partOf(state, CLIPS), "rate");
  state = answers.goTo(answers.rate(state, CLIPS, 4), 1);
  assert.equal(answers.partOf(state, CLIPS), "rate");
  state = answers.goTo(answers.rate(state, CLIPS, 2), 2);
  assert.equal(answers.partOf(state, CLIPS), "end");
  assert.deepEqual(state.ratings, { 1: 4, 2: 2 });
});

test("a rating can be changed, and the answers before stay as they are", () => {
  const first = answers.rate(answers.joinGroup(begin(), "musician"), CLIPS, 1);
  const second = answers.rate(first, CLIPS, 5);
  assert.deepEqual([first.ratings, second.ratings], [{ 1: 1 }, { 1: 5 }]);
});

test("the file has a line a clip, ended as CSV wants it", () => {
  const state = { listener: "ab", group: "musician", ratings: { 2: 3, 1: 5 }, place: 2 };
  assert.equal(
    answers.toCsv("0123456789", CLIPS, state),
    "test,listener,group,clip,rating\r\n0123456789,ab,musician,1,5\r\n0123456789,ab,musician,2,3\r\n",
  );
  assert.equal(answers.fileName("0123456789", state), "answers-0123456789-ab.csv");
});

test("stored answers are read back, anything else is none", () => {
  const state = answers.rate(answers.joinGroup(begin(), "musician"), CLIPS, 3);
  assert.deepEqual(answers.fromText(JSON.stringify(state)), state);
  for (const text of [null, "", "null", "{", "{}", '{"listener": "ab"}']) assert.equal(answers.fromText(text), null);
});
