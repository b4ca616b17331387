/* How the notes of two chains differ. No DOM. */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const MOST_BARS = 12; // more of them would not be read

  /* What a chain made of which terms, from a take of the server. */
  function madeBy(take) {
    return { terms: take.terms.join("/"), notes: take.view.tracks[0].notes, bar: take.view.bar };
  }

  const key = ({ pitch, onset, duration, velocity }) => [pitch, onset, duration, velocity].join();

  /* The notes of one take that the other does not have, as {different, total, bars}; bars from 1, each one once. */
  function compare(one, other) {
    const theirs = new Set(other.notes.map(key));
    const different = one.notes.filter((note) => !theirs.has(key(note)));
    const bars = [...new Set(different.map((note) => timeline.barOf(note.onset, one) + 1))];
    return { different: different.length, total: one.notes.length, bars };
  }

  /* A sentence on side `side` and the other one; each is from `madeBy`, `other` null where it was not played yet. */
  function comparisonText(side, one, other) {
    const otherSide = side === "A" ? "B" : "A";
    if (!other || other.terms !== one.terms) {
      return `Chain ${side}. ${otherSide} plays the same terms through its own steps.`;
    }
    const { different, total, bars } = compare(one, other);
    if (!different) return "A and B play the same notes.";
    const where = `bar${bars.length > 1 ? "s" : ""} ${bars.slice(0, MOST_BARS).join(", ")}`;
    const rest = bars.length > MOST_BARS ? " …" : "";
    return `${different} of ${total} notes of ${side} are not as in ${otherSide}, on the same terms: ${where}${rest}.`;
  }

  jazzgram.comparison = { madeBy, compare, comparisonText };
})((globalThis.jazzgram ??= {}));
