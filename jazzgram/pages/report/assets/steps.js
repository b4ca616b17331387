/* What a view tells of its steps and notes, in words. Nothing here draws.

   const view = jazzgram.steps.readView(shipped);   rows of numbers become objects with the names in `shipped.fields` */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;

  function named(fields, row) {
    return Object.fromEntries(row.map((value, index) => [fields[index], value]));
  }

  /* The view as the page uses it: every chord, note and term an object, marks and categories as words. */
  function readView(shipped) {
    const { fields, marks, ...view } = shipped;
    const rows = (kind, list) => list.map((row) => named(fields[kind], row));
    const items = (kind, list) =>
      rows(kind, list).map((item) => ({
        ...item,
        category: view.categories[item.category],
        mark: marks[item.mark],
      }));
    return {
      ...view,
      chords: rows("chord", view.chords),
      tracks: view.tracks.map((track) => ({ ...track, notes: rows("played", track.notes) })),
      steps: view.steps.map((step) => {
        const kind = step.terms ? "term" : "note";
        return { ...step, items: items(kind, step.items), gone: rows(kind, step.gone) };
      }),
    };
  }

  /* Runs that stand in the corpus, by the index of each of their notes in the solo. */
  function copiedRuns(rows) {
    return new Map(rows.map(([index, notes, tune, bar]) => [index, { notes, tune, bar }]));
  }

  /* "Bb7#9" is B♭7♯9, "Eb4" is E♭4. */
  function withSigns(name) {
    return name
      .replace(/([A-G])b/g, "$1♭")
      .replace(/b(?=\d)/g, "♭")
      .replaceAll("#", "♯");
  }

  /* "3:max_leap" is max leap. */
  const stepName = (label) => label.replace(/^\d+:/, "").replaceAll("_", " ");

  const NAMES = ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
  const LEAST_PITCH = 13; // numbers below are degrees of a scale

  /* What a term is called for short: its category, a MIDI number as the name of its note. */
  function termName(term) {
    const [kind] = term.split(",");
    const isPitch = /^\d+$/.test(kind) && Number(kind) >= LEAST_PITCH;
    return isPitch ? `${NAMES[kind % 12]}${Math.floor(kind / 12) - 1}` : kind;
  }

  /* A term in full; with the name of its note where that is not in it. */
  function termText(term) {
    const name = termName(term);
    return term.startsWith(name) ? term : `${term} (${name})`;
  }

  /* The view with the notes that were there after a step in the place of the solo: what is heard at that step. Terms
     have no sound; the notes that the tokenizer makes of the last ones stand for them. */
  function viewAt(view, stepIndex) {
    if (stepIndex >= view.steps.length - 1) return view;
    const step = view.steps.slice(stepIndex).find(({ terms }) => !terms);
    if (!step || step === view.steps.at(-1)) return view;
    const notes = [...step.items].sort((one, other) => one.onset - other.onset);
    const [solo, ...band] = view.tracks;
    return { ...view, tracks: [{ ...solo, notes }, ...band] };
  }

  const differs = (step) => step.gone.length > 0 || step.items.some((item) => item.mark !== "same");

  /* "2 changed, 1 taken away", or "nothing changed". */
  function changesText(step) {
    const marked = (mark) => step.items.filter((item) => item.mark === mark).length;
    const counts = [
      [marked("changed"), "changed"],
      [marked("added"), "added"],
      [step.gone.length, "taken away"],
    ];
    const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    return told.join(", ") || "nothing changed";
  }

  const unit = (step) => (step.terms ? "terms" : "notes");

  /* What a step did, as the report says it. */
  function stepSentence(step, index) {
    if (index === 0) return `What the model sampled: ${step.out} ${unit(step)}.`;
    if (step.hook === "unparse_grammar") {
      return `The tokenizer (${step.options}) makes ${step.out} notes of ${step.in} terms.`;
    }
    const name = step.label + (step.options ? ` (${step.options})` : "");
    return `${name}: ${changesText(step)}; ${step.out} ${unit(step)}.`;
  }

  /* The same as the studio says it, with its number among all steps. */
  function stepCaption(step, index, count) {
    const number = ` (${index + 1} of ${count})`;
    if (index === 0) return `Sampled: ${step.out} ${unit(step)}${number}`;
    if (step.hook === "unparse_grammar") {
      return `Tokenizer: ${step.in} terms become ${step.out} notes${number}`;
    }
    return `After ${stepName(step.label)}: ${changesText(step)}${number}`;
  }

  /* The chord that sounds at a tick; undefined before the first. */
  const chordAt = (tick, view) => view.chords.filter((chord) => chord.onset <= tick).pop();

  function harmonyText(item, view) {
    const chord = chordAt(item.onset, view);
    if (!chord || chord.symbol === "NC") return "no chord";
    return item.category === "outside"
      ? `outside ${withSigns(chord.symbol)}`
      : `${item.category} of ${withSigns(chord.symbol)}`;
  }

  /* Where a note or term comes from and which steps changed it, in parts to be joined.

     The last step's notes are the solo's: they know their term, the steps that changed them and copied runs.
     `copied` is from `copiedRuns`; `nameOf` names a step by its label; `tellBefore` adds what a changed item was. */
  function story(view, stepIndex, index, { copied, nameOf = (label) => label, tellBefore = false }) {
    const step = view.steps[stepIndex];
    const item = step.items[index];
    const where = timeline.barAndBeat(item.onset, view);
    const parts = step.terms
      ? [`term ${termText(item.term)}`, where]
      : [withSigns(item.name), where, harmonyText(item, view)];
    if (item.mark === "changed") parts.push(`changed here${tellBefore ? beforeText(step, item) : ""}`);
    if (item.mark === "added") parts.push("added here");
    if (step.terms || stepIndex !== view.steps.length - 1 || !view.notes[index]) return parts;
    const note = view.notes[index];
    if (note.term) parts.push(`from the term ${termText(note.term)}`);
    parts.push(note.steps.length ? `changed by ${note.steps.map(nameOf).join(", ")}` : "as the tokenizer wrote it");
    const run = copied.get(index);
    if (run) parts.push(`in a run of ${run.notes} notes of ${run.tune}, bar ${run.bar}`);
    return parts;
  }

  function beforeText(step, item) {
    if (step.terms) return item.term_before === item.term ? "" : ` from ${termText(item.term_before)}`;
    return item.pitch_before === item.pitch ? "" : ` from ${withSigns(item.name_before)}`;
  }

  /* What a screen reader says of an item of the roll. */
  function itemLabel(step, item, view) {
    const bar = timeline.barOf(item.onset, view) + 1;
    const where = `bar ${bar}, beat ${timeline.beatOf(item.onset, view).toFixed(2)}`;
    if (step.terms) return `term ${termText(item.term)}, ${where}`;
    const mark = item.mark === "same" ? "" : `, ${item.mark}`;
    return `${withSigns(item.name)}, ${item.category}, ${where}${mark}`;
  }

  jazzgram.steps = {
    readView,
    copiedRuns,
    withSigns,
    stepName,
    termName,
    viewAt,
    differs,
    changesText,
    stepSentence,
    stepCaption,
    chordAt,
    story,
    itemLabel,
  };
})((globalThis.jazzgram ??= {}));
