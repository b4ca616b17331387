"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { changed } = jazzgram.savedFiles;

test("a file that is saved, or gone, has changed", () => {
  assert.deepEqual(changed({ "a.py": "1", "b.py": "1" }, { "a.py": "2", "b.py": "1" }), ["a.py"]);
  assert.deepEqual(changed({ "a.py": "1" }, {}), ["a.py"]);
});

test("a file that a take has just read for the first time has not", () => {
  assert.deepEqual(changed({}, { "a.py": "1" }), []);
});
