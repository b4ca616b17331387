"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { jazzgram, view } = require("./pages.js");

const { tradeKeys, tradeTurns, TradeClock, TradeLink, TradeMidi, history } = jazzgram;
const TURNS = [
  { player: "me", bar: 0, bars: 1 },
  { player: "it", bar: 1, bars: 1 },
];

test("the keys of the computer are a piano from C on", () => {
  const line = ["KeyA", "KeyW", "KeyS", "KeyJ", "KeyK", "KeyP"].map((code) => tradeKeys.pitchOf(code, 4));
  assert.deepEqual(line.map(tradeKeys.nameOf), ["C4", "D♭4", "D4", "B4", "C5", "E♭5"]);
  assert.equal(tradeKeys.pitchOf("KeyQ", 4), null);
  assert.equal(tradeKeys.letterOf(61, 4), "W");
  assert.equal(tradeKeys.letterOf(59, 4), "");
});

test("Z and X change the octave, not beyond a piano", () => {
  assert.equal(tradeKeys.octaveAfter("KeyX", 4), 5);
  assert.equal(tradeKeys.octaveAfter("KeyX", 7), 7);
  assert.equal(tradeKeys.octaveAfter("KeyZ", 1), 1);
  assert.equal(tradeKeys.octaveAfter("KeyA", 4), null);
});

test("whose turn it is, and for how long", () => {
  const said = (tick) => tradeTurns.situationText(tradeTurns.situation(TURNS, view(), tick));
  assert.deepEqual(said(-1000), { who: "You begin", count: "3" }, "the second beat of the count-in has begun");
  assert.deepEqual(said(0), { who: "You", count: "it in 4" });
  assert.deepEqual(said(1900), { who: "You", count: "it in 1" });
  assert.deepEqual(said(1920), { who: "It", count: "the end in 4" });
  assert.deepEqual(said(3840), { who: "The end", count: "" });
  const long = tradeTurns.situation([{ player: "it", bar: 0, bars: 2 }], view(), 100);
  assert.equal(tradeTurns.situationText(long).count, "2 bars");
});

test("the chords of four bars and of those after them", () => {
  const [now, next] = tradeTurns.barsAhead(view(), 100);
  assert.deepEqual(now, [
    { bar: 0, chords: ["F7"] },
    { bar: 1, chords: ["B♭7"] },
  ]);
  assert.deepEqual(next, []);
  assert.deepEqual(tradeTurns.chordsOf({ ...view(), chords: [] }, 0), ["%"]);
});

test("a responder with a choice is one answer for each of its values", () => {
  const way = { name: "way", kind: "choice", choices: ["invert", "retrograde"], default: "invert" };
  const responders = [
    { name: "accompany_only", options: [] },
    { name: "transform", options: [way] },
  ];
  assert.deepEqual(tradeTurns.answers(responders), [
    { label: "accompany only", value: "accompany_only" },
    { label: "transform: invert", value: "transform" },
    { label: "transform: retrograde", value: { use: "transform", with: { way: "retrograde" } } },
  ]);
});

test("another answer of one exchange leaves the others as they were", () => {
  const exchanges = ["me", "it", "me", "it", "me", "it"].map((player) => ({ player }));
  const respond = ["continue", "repeat"];
  assert.deepEqual(tradeTurns.withAnswer(respond, exchanges, 3, "vary"), ["continue", "vary", "continue"]);
});

test("where the server is gone the page knows what was played, in ticks from the first bar", () => {
  const strokes = [
    [12.25, 64, 90], // at 120 a tick lasts 1/960 of a second
    [12.2, 60, 90],
    [12.6, 60, 0],
  ];
  assert.deepEqual(tradeTurns.recordOf(strokes, view(), { first: 12, latency: 0.1, now: 13 }), {
    strokes: [
      [96, 60, 90],
      [144, 64, 90],
      [480, 60, 0],
    ],
    end: 960,
  });
  assert.equal(tradeTurns.recordOf([], view(), { first: 12, latency: 0, now: 11 }).end, 0, "in the count-in");
  assert.equal(tradeTurns.recordOf([], view(), { first: 12, latency: 0, now: 99 }).end, 3840);
});

test("what went amiss is said", () => {
  assert.equal(tradeTurns.faultsText({ leftOut: 0, tooLate: 0, missed: 0 }), "");
  const said = tradeTurns.faultsText({ leftOut: 1, tooLate: 2, missed: 0 });
  assert.match(said, /^1 note was too many .* 2 notes arrived when the answer had begun/);
});

test("of some looks at both clocks the one counts at which the audio clock was furthest", () => {
  const clock = new TradeClock();
  for (const [audio, page] of [
    [0.997, 10],
    [1.1, 10.1],
    [1.198, 10.2],
  ]) {
    assert.equal(clock.look(audio, page), 0);
  }
  assert.ok(Math.abs(clock.seconds(10.25) - 1.25) < 1e-9);
});

test("an audio clock that stood still, or ran away, has jumped", () => {
  const clock = new TradeClock();
  clock.look(1, 10);
  assert.ok(Math.abs(clock.look(2, 14) + 3) < 1e-9, "3 seconds are missing");
});

class FakeSocket {
  readyState = 1;
  sent = [];
  #listeners = {};
  addEventListener(type, listener) {
    this.#listeners[type] = listener;
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
    this.fire("close", {});
  }
  fire(type, event) {
    this.#listeners[type]?.(event);
  }
  answer(message) {
    this.fire("message", { data: JSON.stringify(message) });
  }
}

function linked() {
  const socket = new FakeSocket();
  const calls = [];
  const link = new TradeLink(socket, {
    onstarted: () => calls.push("started"),
    onmoved: () => calls.push("moved"),
    onend: (...end) => calls.push(end),
  });
  link.start({}, 0);
  socket.answer({ started: {} });
  return { socket, calls, link };
}

test("what is played while the server answers goes with the next message", () => {
  const { socket, link } = linked();
  link.move(1, [[1, 60, 90]]);
  link.move(1.1, [[1.1, 62, 90]]);
  link.move(1.2, []);
  assert.equal(socket.sent.length, 2);
  socket.answer({ exchanges: [] });
  assert.deepEqual(socket.sent[2], { now: 1.2, strokes: [[1.1, 62, 90]] });
});

test("ten thousand notes a second do not pile up, and are counted", () => {
  const { socket, link } = linked();
  for (let number = 0; number < 10_000; number += 1) link.move(1, [[1, 60, 90]]);
  socket.answer({ exchanges: [] });
  assert.equal(socket.sent[2].strokes.length, 400);
  assert.equal(link.leftOut, 10_000 - 401);
});

test("what was played is reported once, by the server, or as lost with it", () => {
  const stopped = linked();
  stopped.link.stop();
  assert.deepEqual(stopped.socket.sent.at(-1), { stop: true });
  stopped.socket.answer({ record: { strokes: [], end: 7 } });
  assert.deepEqual(stopped.calls, ["started", [{ strokes: [], end: 7 }, ""]]);
  const lost = linked();
  lost.socket.close();
  assert.equal(lost.calls[1][0], null);
  assert.match(lost.calls[1][1], /does not answer any more/);
  const halted = linked();
  halted.socket.answer({ error: "The clock jumped.", record: { strokes: [], end: 1 } });
  assert.deepEqual(halted.calls[1], [{ strokes: [], end: 1 }, "The clock jumped."]);
});

test("a traded take is a state with its own recipe, and can be left", () => {
  const begun = history.begin({ seed: 1, chain: [], samplers: [] });
  const trade = { live: { trade: 4 }, strokes: [[0, 60, 90]], end: 1920 };
  const traded = history.change(begun, "Traded fours", (state) => {
    history.lock(state, 1, true);
    history.setTrade(state, trade);
  });
  assert.deepEqual(history.recipeOf(history.current(traded)).trade, trade);
  assert.deepEqual(history.current(traded).locked, []);
  const left = history.change(traded, "Back", (state) => history.setTrade(state, null));
  assert.equal("trade" in history.recipeOf(history.current(left)), false);
});

/* Ports as a browser has them: what is sent is recorded, and the test plays. */
class FakePort {
  sent = [];
  state = "connected";
  onmidimessage = null;
  constructor(name) {
    this.id = name;
    this.name = name;
  }
  send(message) {
    this.sent.push(message);
  }
  play(...data) {
    this.onmidimessage({ data, timeStamp: 1500 });
  }
}

async function connected(inputs = [new FakePort("keys")], outputs = [new FakePort("synth")]) {
  const byId = (ports) => new Map(ports.map((port) => [port.id, port]));
  const access = { inputs: byId(inputs), outputs: byId(outputs) };
  const strokes = [];
  const gone = [];
  const midi = new TradeMidi({
    onstroke: (...stroke) => strokes.push(stroke),
    ongone: (name) => gone.push(name),
    onports: () => {},
  });
  await midi.ask(async () => access);
  midi.listen("keys");
  return { midi, access, strokes, gone, keys: inputs[0], synth: outputs[0] };
}

test("strokes of a MIDI keyboard have the moment at which they were played; a stroke of velocity 0 is a release", async () => {
  const { keys, strokes } = await connected();
  keys.play(0x93, 60, 90);
  keys.play(0x90, 60, 0);
  keys.play(0x90, 62, 80);
  keys.play(0x80, 62, 64);
  keys.play(0xfe); // active sensing
  assert.deepEqual(strokes, [
    [60, 90, 1.5],
    [60, 0, 1.5],
    [62, 80, 1.5],
    [62, 0, 1.5],
  ]);
});

test("the pedal holds what is released under it", async () => {
  const { keys, strokes } = await connected();
  keys.play(0x90, 60, 90);
  keys.play(0xb0, 64, 127);
  keys.play(0x80, 60, 0);
  assert.equal(strokes.length, 1);
  keys.play(0xb0, 64, 0);
  assert.deepEqual(strokes.at(-1), [60, 0, 1.5]);
});

test("without Web MIDI, without permission and without a port it says so in a sentence", async () => {
  const midi = new TradeMidi({ onstroke() {}, ongone() {}, onports() {} });
  await assert.rejects(midi.ask(undefined), /no Web MIDI/);
  await assert.rejects(
    midi.ask(async () => {
      throw new DOMException("no");
    }),
    /refused MIDI/,
  );
  await assert.rejects(connected([]), /No MIDI port was found/);
});

test("a port that goes in mid-bar releases its keys", async () => {
  const { access, keys, strokes, gone } = await connected();
  keys.play(0x90, 60, 90);
  keys.state = "disconnected";
  access.onstatechange({ port: keys });
  assert.deepEqual(gone, ["keys"]);
  assert.deepEqual(strokes.at(-1).slice(0, 2), [60, 0]);
});

test("an answer is sent in time order when it is due, and silence ends all that was sent", async () => {
  const { midi, synth } = await connected();
  midi.sendTo("synth");
  midi.answer([
    { pitch: 60, velocity: 90, when: 1, end: 2 },
    { pitch: 62, velocity: 90, when: 2, end: 3 },
  ]);
  midi.tick(0.5);
  assert.deepEqual(synth.sent, [], "half a second before it is due");
  midi.tick(0.9);
  midi.tick(1.95);
  assert.deepEqual(synth.sent, [
    [0x90, 60, 90],
    [0x80, 60, 0],
    [0x90, 62, 90],
  ]);
  midi.silence();
  assert.deepEqual(synth.sent.slice(3), [
    [0x80, 62, 0],
    [0xb0, 123, 0],
    [0x80, 62, 0],
    [0xb0, 123, 0],
  ]);
  midi.tick(9);
  assert.equal(synth.sent.length, 7);
});

test("taps that are late say by how much; the first find the beat, and one slip does not count", () => {
  const clicks = Array.from({ length: 12 }, (_, index) => 1 + 0.6 * index);
  const tapping = new jazzgram.TradeTapping(clicks);
  for (const click of clicks.slice(0, 4)) tapping.tap(click + 0.29);
  assert.equal(tapping.result, null, "none that counts");
  for (const click of clicks.slice(4)) tapping.tap(click + (click === clicks[6] ? 0.25 : 0.08));
  const { seconds, spread, taps } = tapping.result;
  assert.ok(Math.abs(seconds - 0.08) < 1e-9 && spread < 1e-9);
  assert.equal(taps, 8);
  const early = new jazzgram.TradeTapping(clicks);
  for (const click of clicks) early.tap(click - 0.03);
  assert.equal(early.result.seconds, 0, "who taps early is not late");
});
