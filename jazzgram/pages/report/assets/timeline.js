/* Time in a solo as arithmetic: bars, beats and seconds. Nothing here draws.

   Ticks count from the start of the solo. A view (jazzgram/pages/report/view.py) has `bar` and `quarter`, their lengths
   in ticks, `bars`, their number, and `tempo`, quarters a minute.

   The pages' scripts are classic scripts, so that a report can hold them inline and open from a file without a build.
   Each one adds one name to the namespace `jazzgram`; those without a DOM, such as this one, are also loaded by
   `require` in tests/js, where `globalThis` is node's. */
(function (jazzgram) {
  "use strict";
  const SLOWEST = 20; // quarters a minute
  const FASTEST = 400;
  const HEAD_TOLERANCE = 30; // ticks by which a note head lights up before its onset

  /* The bar that a tick stands in, from 0. */
  const barOf = (tick, view) => Math.floor(tick / view.bar);

  /* The beat in its bar, from 1, in quarters: 2.5 is the second eighth of the second quarter. */
  const beatOf = (tick, view) => (tick % view.bar) / view.quarter + 1;

  /* "bar 2, beat 1.33", both from 1, as short as it can be. */
  function barAndBeat(tick, view) {
    const beat = beatOf(tick, view)
      .toFixed(2)
      .replace(/\.?0+$/, "");
    return `bar ${barOf(tick, view) + 1}, beat ${beat}`;
  }

  const lengthOf = (view) => view.bars * view.bar;

  const secondsPerTick = (view) => 60 / (view.tempo * view.quarter);

  /* The length of the beat that is counted, in ticks: three eighths in 6/8, 9/8 and 12/8. */
  function beatLength(view) {
    const [numerator, denominator] = view.meter.split("/").map(Number);
    const unit = (4 * view.quarter) / denominator;
    return denominator >= 8 && numerator > 3 && numerator % 3 === 0 ? 3 * unit : unit;
  }

  /* Whether the metronome clicks on a beat of the bar, from 0: on every one, or on 2 and 4. */
  const isClicked = (beat, metronome) => metronome === "beats" || (metronome === "backbeat" && beat % 2 === 1);

  const clampTempo = (tempo) => Math.max(SLOWEST, Math.min(tempo, FASTEST));

  /* "bar 2 · 0:01" at a tempo in quarters a minute; the end of the solo still belongs to its last bar. */
  function clock(tick, view, tempo) {
    const seconds = tick * secondsPerTick({ ...view, tempo });
    const minutes = Math.floor(seconds / 60);
    const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
    return `bar ${Math.min(barOf(tick, view) + 1, view.bars)} · ${minutes}:${rest}`;
  }

  /* The ids of the note heads that sound at a tick: those of the latest onset. `onsets` are [id, tick] pairs. */
  function headsAt(onsets, tick) {
    if (tick === null) return [];
    const begun = onsets.map(([, onset]) => onset).filter((onset) => onset <= tick + HEAD_TOLERANCE);
    const latest = begun.reduce((most, onset) => Math.max(most, onset), -1);
    return onsets.filter(([, onset]) => onset === latest).map(([id]) => id);
  }

  jazzgram.timeline = {
    SLOWEST,
    FASTEST,
    barOf,
    beatOf,
    barAndBeat,
    lengthOf,
    secondsPerTick,
    beatLength,
    isClicked,
    clampTempo,
    clock,
    headsAt,
  };
})((globalThis.jazzgram ??= {}));
