/* What a step improves, in words, and its address. No DOM.

   An effect has the combinations `without` and `with` the step, `gain`, and `gains`, one for each of runs.metrics: how
   much nearer to real solos it brings the takes, in their standard deviations (docs/make_pages/explorer/effects.py). One
   that was measured elsewhere has a sentence `told` in place of `gains`, and may have null as its `gain`. */
(function (jazzgram) {
  "use strict";
  const { combinations } = jazzgram;
  const LEAST = 0.005; // the smallest gain that is not written as 0.00
  const LEAST_MOVE = 0.05; // below it a metric has not moved
  const MOST_MOVES = 2;

  const isNearer = ({ gain }) => gain !== null && gain >= LEAST;
  const isFarther = ({ gain }) => gain !== null && gain <= -LEAST;

  function gainText(effect) {
    if (effect.gain === null) return "";
    const size = Math.abs(effect.gain).toFixed(2);
    if (isNearer(effect)) return `${size} nearer`;
    return isFarther(effect) ? `${size} farther` : "as near";
  }

  /* "0.19 nearer to real solos". */
  function gainSentence(effect) {
    if (effect.gain === null) return "";
    if (isFarther(effect)) return `${gainText(effect)} from real solos`;
    return `${gainText(effect)} to real solos${isNearer(effect) ? "" : " as before"}`;
  }

  /* The metrics that a step brings nearer to real solos, or farther: those that move most, each {text, gain}. */
  function moves(runs, { gains }, direction) {
    return gains
      .map((gain, index) => ({ text: runs.metrics[index][0], gain }))
      .filter(({ gain }) => gain !== null && gain * direction >= LEAST_MOVE)
      .sort((one, other) => (other.gain - one.gain) * direction)
      .slice(0, MOST_MOVES);
  }

  const changesNothing = (runs, effect) =>
    combinations.sentence(runs, effect.with, effect.without).includes("nothing changed");

  /* "Nearer: share of silence (1.33), notes of a phrase (1.42). Farther: notes a bar (0.17)." */
  function movesText(runs, effect) {
    if (effect.told !== undefined) return effect.told;
    const told = [
      ["Nearer", moves(runs, effect, 1)],
      ["Farther", moves(runs, effect, -1)],
    ]
      .filter(([, moved]) => moved.length)
      .map(([word, moved]) => {
        const each = moved.map(({ text, gain }) => `${text} (${Math.abs(gain).toFixed(2)})`);
        return `${word}: ${each.join("; ")}.`;
      });
    if (told.length) return told.join(" ");
    return changesNothing(runs, effect)
      ? "These takes have nothing that it would mend."
      : "None of the numbers here moves.";
  }

  const fragmentOf = (runs, index) => `#step=${runs.steps[index].name}`;

  /* The index of the step that an address names; null where it names none. */
  function stepOf(runs, fragment) {
    const index = runs.steps.findIndex((_, each) => fragmentOf(runs, each) === fragment);
    return index < 0 ? null : index;
  }

  jazzgram.effects = { isNearer, isFarther, gainText, gainSentence, moves, movesText, fragmentOf, stepOf };
})((globalThis.jazzgram ??= {}));
