/* What was typed as changes, before the server reads it. No DOM. */
(function (jazzgram) {
  "use strict";
  const IREAL_LINK = /irealb(ook)?:\/\//i;
  /* Lines that only a lead sheet has: a comment, a section, a name and its value. */
  const SHEET_LINE = /^\s*(#|\[[^\]]+\]|(title|composer|key|meter|tempo|style|form|swing)\s*:)/im;
  const SMALL_ROOT = /(^|[\s|/(])([a-g])(?=[b#♭♯]?(m|M|maj|min|dim|aug|sus|add|alt|[-+°øΔ^0-9(/,|\s]|$))/g;
  const CHORD = /[A-G][b#♭♯]?\S*/g;

  const ONE_BAR = "put | between bars"; // the server's warning ends with it, too

  /* Whether a text is a whole lead sheet, and whether it is a chart of its own, to be read as a file is. */
  const isSheet = (text) => SHEET_LINE.test(text);
  const isChart = (text) => IREAL_LINK.test(text) || isSheet(text);

  /* {chords, note}: the changes with capital roots, and what the writer should know of how they are read. */
  function readTyped(text) {
    const small = [];
    const chords = text.replace(SMALL_ROOT, (whole, before, root) => {
      small.push(root);
      return before + root.toUpperCase();
    });
    const notes = [];
    if (small.length) {
      const words = (each) => each.split(/[\s|]+/);
      const [was] = words(text).filter((word, index) => word !== words(chords)[index]);
      const [now] = words(chords).filter((word, index) => word !== words(text)[index]);
      notes.push(`${was} is taken as ${now}.`);
    }
    const hasBeats = /\s\/(\s|$)/.test(chords); // F7 / / Bb7 is meant as one bar
    if (!hasBeats && !/[|\n]/.test(chords) && (chords.match(CHORD) ?? []).length > 1) {
      notes.push(`This is one bar: ${ONE_BAR}.`);
    }
    return { chords, note: notes.join(" ") };
  }

  /* Changes with one more bar. */
  const withBar = (changes, symbol) => [changes.trim().replace(/\|$/, "").trim(), symbol].filter(Boolean).join(" | ");

  /* The warnings of a take without their key paths, and without what the note beside the changes says already. */
  const warningsBeside = (warnings, note) =>
    warnings
      .map((text) => text.replace(/^improvise\.\w+: /, ""))
      .filter((text) => !(text.endsWith(ONE_BAR) && note.includes(ONE_BAR)));

  jazzgram.typedChanges = { warningsBeside, isSheet, isChart, readTyped, withBar };
})((globalThis.jazzgram ??= {}));
