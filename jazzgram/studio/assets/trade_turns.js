/* Whose turn it is, for how long, over which chords, and what was answered by whom. No DOM.

   A turn is {player, bar, bars}, the player "me" or "it"; a view is as in steps.js. */
(function (jazzgram) {
  "use strict";
  const { timeline, steps } = jazzgram;
  const NAMES = { me: "You", it: "It" };
  const IN_A_ROW = 4; // bars whose chords are shown together

  /* {player, next, bars, beats, isCountIn}: who plays at a tick and who after; `bars` and `beats` are what is left of
     the turn, the beat that sounds among them. Before the first bar nobody plays, and `next` is who begins. */
  function situation(turns, view, tick) {
    const beat = timeline.beatLength(view);
    if (tick < 0) {
      const beats = Math.ceil(-tick / beat);
      return { player: null, next: turns[0].player, bars: Math.ceil(-tick / view.bar), beats, isCountIn: true };
    }
    const bar = timeline.barOf(tick, view);
    const at = turns.findIndex((each) => bar >= each.bar && bar < each.bar + each.bars);
    if (at < 0) return { player: null, next: null, bars: 0, beats: 0, isCountIn: false };
    const left = (turns[at].bar + turns[at].bars) * view.bar - tick;
    return {
      player: turns[at].player,
      next: turns[at + 1]?.player ?? null,
      bars: Math.ceil(left / view.bar),
      beats: Math.ceil(left / beat),
      isCountIn: false,
    };
  }

  /* A situation in words: {who, count}. */
  function situationText({ player, next, bars, beats, isCountIn }) {
    if (isCountIn) return { who: `${NAMES[next]} begin${next === "it" ? "s" : ""}`, count: String(beats) };
    if (player === null) return { who: "The end", count: "" };
    const after = next === null ? "the end" : next === "me" ? "you" : "it";
    const count = bars > 1 ? `${bars} bars` : `${after} in ${beats}`;
    return { who: NAMES[player], count };
  }

  /* The chords of a bar, as they are printed; % where the one before goes on. */
  function chordsOf(view, bar) {
    const found = view.chords.filter(({ onset }) => timeline.barOf(onset, view) === bar);
    return found.length ? found.map(({ symbol }) => steps.withSigns(symbol)) : ["%"];
  }

  /* The bars that are shown large at a tick, and those after them: two rows of {bar, chords}. */
  function barsAhead(view, tick) {
    const bar = Math.max(0, timeline.barOf(tick, view));
    const first = bar - (bar % IN_A_ROW);
    const row = (from) =>
      Array.from({ length: IN_A_ROW }, (_, index) => from + index)
        .filter((each) => each < view.bars)
        .map((each) => ({ bar: each, chords: chordsOf(view, each) }));
    return [row(first), row(first + IN_A_ROW)];
  }

  /* What one can choose as an answer: {label, value}; one for each value of a responder's first choice. */
  function answers(responders) {
    return responders.flatMap(({ name, options }) => {
      const title = name.replaceAll("_", " ");
      const choice = options.find(({ kind }) => kind === "choice");
      if (!choice) return [{ label: title, value: name }];
      return choice.choices.map((each) => ({
        label: `${title}: ${each}`,
        value: each === choice.default ? name : { use: name, with: { [choice.name]: each } },
      }));
    });
  }

  /* The responders of each answer of a session, of which the one of the exchange `index` is another: they answer in
     turn, so that each must be named. */
  function withAnswer(respond, exchanges, index, value) {
    const count = exchanges.filter(({ player }) => player === "it").length;
    const number = exchanges.slice(0, index).filter(({ player }) => player === "it").length;
    return Array.from({ length: count }, (_, each) => (each === number ? value : respond[each % respond.length]));
  }

  /* "Traded fours", "Traded choruses": what a take is called. */
  function titleOf({ trade }) {
    const names = { 1: "bars", 2: "twos", 4: "fours", 8: "eights", chorus: "choruses" };
    return `Traded ${names[trade] ?? `${trade} bars`}`;
  }

  /* The record, {strokes, end}, as jazzgram/studio/traded.py has it, of strokes with their moments on the audio clock:
     it is `now` seconds there, and the first bar began at `first`. */
  function recordOf(strokes, view, { first, latency, now }) {
    const perTick = timeline.secondsPerTick(view);
    const tickOf = (moment) => Math.round((moment - first - latency) / perTick);
    const end = Math.floor((now - first) / perTick);
    return {
      strokes: strokes
        .map(([moment, ...stroke]) => [tickOf(moment), ...stroke])
        .sort((one, other) => one[0] - other[0]),
      end: Math.max(0, Math.min(end, timeline.lengthOf(view))),
    };
  }

  /* What went amiss in a session, in sentences; "" for nothing. */
  function faultsText({ leftOut, tooLate, missed }) {
    const count = (number, one, many) => (number === 1 ? `1 ${one}` : `${number} ${many}`);
    return [
      leftOut ? `${count(leftOut, "note was", "notes were")} too many to be music, and left out.` : "",
      tooLate ? `${count(tooLate, "note", "notes")} arrived when the answer had begun: see the latency.` : "",
      missed
        ? `${count(missed, "note", "notes")} of the answers came too late to be played: close other programs.`
        : "",
    ]
      .filter(Boolean)
      .join(" ");
  }

  jazzgram.tradeTurns = {
    NAMES,
    situation,
    situationText,
    chordsOf,
    barsAhead,
    answers,
    withAnswer,
    titleOf,
    recordOf,
    faultsText,
  };
})((globalThis.jazzgram ??= {}));
