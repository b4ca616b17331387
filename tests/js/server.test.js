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
  }, 60_000);
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

test("a take that lasts is aborted by a newer wish, not before its time", async () => {
  const ends = [];
  const wish = server.latest(
    (value, signal) =>
      new Promise((resolve) => {
        if (value === 2) resolve(ends.push("made 2"));
        signal.addEventListener("abort", () => resolve(ends.push(`aborted ${value}`)));
      }),
    20,
  );
  const first = wish(1);
  wish(2);
  assert.deepEqual(ends, []);
  await first;
  await new Promise(setImmediate);
  assert.deepEqual(ends, ["aborted 1", "made 2"]);
});

test("what was abandoned is no mistake", async (t) => {
  answerWith(t, '{"error": "a newer take came"}', 409);
  await assert.rejects(server.ask("/take", { json: {} }), { abandoned: true });
  const left = new AbortController();
  left.abort();
  t.mock.method(globalThis, "fetch", () => Promise.reject(new DOMException("aborted", "AbortError")));
  await assert.rejects(server.ask("/take", { json: {}, signal: left.signal }), { abandoned: true });
});

test("a download has its true name", () => {
  assert.equal(server.fileName('attachment; filename="blue_bossa.mid"'), "blue_bossa.mid");
  const encoded = "attachment; filename=\"agua.mid\"; filename*=UTF-8''%C3%A1gua_%E6%9E%AF.mid";
  assert.equal(server.fileName(encoded), "água_枯.mid");
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
  const mistakes = [{ key_path: "seed", message: "is no number", line: null }];
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
