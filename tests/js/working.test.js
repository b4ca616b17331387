"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { sentence } = jazzgram.working;

test("training is told by its epochs, its share and the time that is left", () => {
  const working = { stage: "Training the model", detail: "epoch 3 of 12", share: 0.25, left: 83 };
  assert.equal(sentence(working), "Training the model: epoch 3 of 12 (25 %), about 2 minutes left…");
  assert.equal(
    sentence({ ...working, left: 21.2 }),
    "Training the model: epoch 3 of 12 (25 %), about 25 seconds left…",
  );
  assert.equal(sentence({ ...working, left: 1 }), "Training the model: epoch 3 of 12 (25 %)…");
});

test("before the first epoch ends only the stage is known, and between stages nothing", () => {
  assert.equal(sentence({ stage: "Training the model" }), "Training the model…");
  assert.equal(sentence({}), "");
});
