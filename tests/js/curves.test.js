"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { curves } = jazzgram;

test("a curve is a line of what is asked for, with dots where there are notes", () => {
  const { line, dots, low, high } = curves.layout({ asked: [1, 3], played: [2, null] });
  assert.deepEqual([low, high], [1, 3]);
  assert.deepEqual(line, [
    [0, 1],
    [1, 1],
    [1, 0],
    [2, 0],
  ]);
  assert.deepEqual(dots, [[0.5, 0.5]]);
});

test("a curve of one value is in the middle, and bars that are composed are left out", () => {
  const { line } = curves.layout({ asked: [null, 2, 2], played: [null, null, 2] });
  assert.deepEqual(
    line.map(([, y]) => y),
    [0.5, 0.5, 0.5, 0.5],
  );
  assert.equal(line[0][0], 1);
});
