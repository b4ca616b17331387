"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram } = require("./pages.js");

const { server } = jazzgram;

function answerWith(t, body, status) {
  t.mock.method(globalThis, "fetch", async () => new Response(body, { status }));
}

test("while a take is made only the newest wish waits", async () => {
  const begun = [];
  const finish = [];
  const wish = server.latest((value) => {
    begun.push(value);
    return new Promise((resolve) => finish.push(resolve));
  });
  const first = wish(1);
  for (const value of [2, 3, 4]) wish(value);
  assert.deepEqual(begun, [1]);
  finish[0]();
  await first;
  assert.deepEqual(begun, [1, 4]);
  finish[1]();
  await new Promise(setImmediate);
  wish(5);
  assert.deepEqual(begun, [1, 4, 5], "with nothing under way a wish begins at once");
});

test("values are sent as JSON, a file as it is", async (t) => {
  answerWith(t, "{}", 200);
  await server.ask("/take", { json: { seed: 1 } });
  await server.ask("/chart", { file: "Dm7 | G7" });
  await server.ask("/start");
  const sent = globalThis.fetch.mock.calls.map(({ arguments: [path, { method, body }] }) => [path, method, body]);
  assert.deepEqual(sent, [
    ["/take", "POST", '{"seed":1}'],
    ["/chart", "POST", "Dm7 | G7"],
    ["/start", undefined, undefined],
  ]);
});

test("a refusal has the server's mistakes", async (t) => {
  const mistakes = [{ place: "seed", message: "is no number", line: null }];
  answerWith(t, JSON.stringify({ error: "seed: is no number", mistakes }), 422);
  await assert.rejects(server.ask("/take", { json: {} }), { message: "seed: is no number", mistakes });
});

test("an answer that is no JSON is told as it is", async (t) => {
  answerWith(t, "", 502);
  await assert.rejects(server.ask("/take"), { message: "the studio answered 502", mistakes: [] });
});

test("a server that is not there is told apart", async (t) => {
  t.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(server.ask("/take"), { gone: true });
});
