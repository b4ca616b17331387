/* Recorded runs: what combinations of the steps of a chain made of the same terms. No DOM.

   const runs = combinations.readRuns(shipped)   shipped is from docs/make_pages/explorer/recording.py
   A combination is a number: step n is on where its bit n is set. */
(function (jazzgram) {
  "use strict";
  const { steps } = jazzgram;
  const NOTE = ["onset", "duration", "pitch", "category", "name", "velocity", "text", "bits", "origin"];
  const PLAYED = ["pitch", "onset", "duration", "velocity"];
  const TERM = ["onset", "duration", "term"];
  const FAR = 2; // standard deviations of real solos

  const named = (fields, row) => Object.fromEntries(fields.map((field, index) => [field, row[index]]));

  function readRuns(shipped) {
    const { fields, categories } = shipped;
    return {
      ...shipped,
      chords: shipped.chords.map((row) => named(fields.chord, row)),
      terms: shipped.terms.map((row) => ({ ...named(TERM, row), category: categories[0], mark: "same" })),
      notes: shipped.notes.map((row) => {
        const note = named(NOTE, row);
        return { ...note, category: categories[note.category] };
      }),
      parts: shipped.parts.map((versions) => versions.map((notes) => notes.map((row) => named(PLAYED, row)))),
      all: 2 ** shipped.steps.length - 1,
    };
  }

  const isOn = (combination, step) => Boolean((combination >> step) & 1);

  const toggled = (combination, step) => combination ^ (1 << step);

  /* The steps that are on, by their indices. */
  const chosen = (runs, combination) => runs.steps.map((_, index) => index).filter((index) => isOn(combination, index));

  const notesOf = (runs, combination) => runs.combinations[combination].notes.map((index) => runs.notes[index]);

  /* What one note is in every run; a note that a step made is known by what it is. */
  const identity = ({ origin, pitch, onset }) => (origin < 0 ? `${pitch} ${onset}` : origin);

  const VALUES = ["onset", "duration", "pitch", "velocity"];
  const isSame = (one, other) => VALUES.every((value) => one[value] === other[value]);

  /* Notes with what happened to each since another combination, and those of the other that are gone. */
  function compare(now, before) {
    const old = new Map(before.map((note) => [identity(note), note]));
    const kept = new Set(now.map(identity));
    const items = now.map((note) => {
      const was = old.get(identity(note));
      if (!was) return { ...note, mark: "added" };
      if (isSame(was, note)) return { ...note, mark: "same" };
      const past = { onset_before: was.onset, pitch_before: was.pitch, name_before: was.name };
      return { ...note, mark: "changed", ...past };
    });
    return { items, gone: before.filter((note) => !kept.has(identity(note))) };
  }

  /* The view of a combination (steps.js), with two steps: the sampled terms, and the notes. They are marked by what
     differs from the combination `before`, which may be the same. */
  function viewOf(runs, combination, before) {
    const { items, gone } = compare(notesOf(runs, combination), notesOf(runs, before));
    const [solo, ...band] = runs.names;
    const { parts } = runs.combinations[combination];
    const sampled = { label: "sampled", hook: "sample", options: "", terms: true, items: runs.terms, gone: [] };
    const played = { label: "notes", hook: "clean_up_notes", options: "", terms: false, items, gone };
    const { title, tempo, meter, bar, bars, quarter, chords } = runs;
    return {
      ...{ title, tempo, meter, bar, bars, quarter, chords },
      tracks: [
        { name: solo, notes: [...items].sort((one, other) => one.onset - other.onset) },
        ...band.map((name, index) => ({ name, notes: runs.parts[index][parts[index]] })),
      ],
      notes: items.map(({ text, bits }) => ({
        term: runs.texts[text],
        steps: chosen(runs, bits).map((index) => runs.steps[index].name),
      })),
      steps: [sampled, played].map((step) => ({ ...step, in: step.items.length, out: step.items.length })),
    };
  }

  /* "guide tones switched on: 17 changed; 208 notes." */
  function sentence(runs, combination, before) {
    const step = viewOf(runs, combination, before).steps[1];
    const count = `${step.out} notes`;
    if (combination === before) return `${count}.`;
    const switched = chosen(runs, combination ^ before);
    const state = isOn(combination, switched[0]) ? "on" : "off";
    const name = switched.length === 1 ? steps.stepName(runs.steps[switched[0]].name) : "steps";
    return `${name} switched ${state}: ${steps.changesText(step)}; ${count}.`;
  }

  /* Rows of {text, value, without, mean, deviation, z, isFar}: the value, what it is with the combination `without`, and
     the distance to real solos in their standard deviations. */
  function numbersOf(runs, combination, without) {
    const [now, other] = [combination, without].map((each) => runs.combinations[each].numbers);
    return runs.metrics.map(([text, mean, deviation], index) => {
      const value = now[index];
      const z = value === null || !deviation ? null : (value - mean) / deviation;
      return { text, value, without: other[index], mean, deviation, z, isFar: z !== null && Math.abs(z) > FAR };
    });
  }

  /* The configuration that plays a combination, as YAML; a combination that is none of the chain's steps has its own. */
  function yamlOf(runs, combination) {
    const { yaml } = runs.combinations[combination];
    if (yaml) return yaml;
    const on = chosen(runs, combination).map((index) => runs.steps[index].yaml);
    return `${runs.head}chain:${on.length ? `\n${on.join("")}` : " []\n"}`;
  }

  /* A combination as the fragment of an address, and back; null where it names none. */
  function fragmentOf(runs, combination) {
    const names = chosen(runs, combination).map((index) => runs.steps[index].name);
    return `#${names.join("+") || "none"}`;
  }

  function combinationOf(runs, fragment) {
    const words = fragment.replace(/^#/, "").split("+");
    if (words[0] === "none") return 0;
    const indices = words.map((word) => runs.steps.findIndex(({ name }) => name === word));
    return indices.includes(-1) ? null : indices.reduce((found, index) => found | (1 << index), 0);
  }

  jazzgram.combinations = {
    readRuns,
    isOn,
    toggled,
    compare,
    viewOf,
    sentence,
    numbersOf,
    yamlOf,
    fragmentOf,
    combinationOf,
  };
})((globalThis.jazzgram ??= {}));
