/* What was done in the studio, with undo, and what a take keeps of earlier ones. Values in, new values out; no DOM.

   A state is {edit, b, side, kept, locked, label, yaml}: `edit` as the server has it, with chain A; `b` is chain B or
   null; `kept` are bars of earlier takes, [{seed, samplers, terms, bars}]; `locked` the bars that stay; `yaml` the same
   as text with comments, or that of the state before where the server has not answered yet. A traded take has `trade`
   (setTrade).
   A history is {states, at, last}: `at` is the index of the state that is shown, `last` the control that was used. */
(function (jazzgram) {
  "use strict";
  const MOST_STATES = 60;
  const TOGETHER = 1200; // milliseconds within which the same control is one change
  const NO_CONTROL = { control: null, when: 0 };

  const copy = (value) => JSON.parse(JSON.stringify(value));
  const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function begin(edit, yaml = "") {
    const state = { edit, b: null, side: "A", kept: [], locked: [], label: "As configured", yaml };
    return { states: [state], at: 0, last: NO_CONTROL };
  }

  const current = (history) => history.states[history.at];

  /* The history after `update` has changed a copy of the current state; the same history where it changed nothing.

     What was undone before is forgotten. Changes of the same control in quick succession are undone together: `when` is
     in milliseconds, `control` names the control or is undefined. */
  function change(history, label, update, control = null, when = 0) {
    const { states, at, last } = history;
    const state = copy(states[at]);
    update(state);
    state.label = states[at].label;
    if (equal(state, states[at])) return history;
    state.label = label;
    const repeated = control !== null && control === last.control && when - last.when < TOGETHER;
    const together = repeated && at === states.length - 1 && at > 0;
    const next = [...states.slice(0, together ? at : at + 1), state].slice(-MOST_STATES);
    return { states: next, at: next.length - 1, last: { control, when } };
  }

  /* The history with the current state changed in its place: what is no take of its own, such as a lock. */
  function amend(history, update) {
    const state = copy(current(history));
    update(state);
    return { ...history, states: history.states.with(history.at, state) };
  }

  /* The history with another state shown; the same history where there is none or it is shown already. */
  function goTo(history, index) {
    if (index < 0 || index >= history.states.length || index === history.at) return history;
    return { ...history, at: index, last: NO_CONTROL };
  }

  const toText = ({ states, at }) => JSON.stringify({ states, at });

  /* The history that `toText` wrote, or null where the text has none. */
  function fromText(text) {
    try {
      const { states, at } = JSON.parse(text);
      return states[at].edit ? { states, at, last: NO_CONTROL } : null;
    } catch {
      return null;
    }
  }

  const chainOf = (state) => (state.side === "B" && state.b ? state.b : state.edit.chain);

  /* What the server needs to play a state. */
  const recipeOf = (state) => ({
    edit: { ...state.edit, chain: chainOf(state) },
    kept: state.kept,
    ...(state.trade && { trade: state.trade }),
  });

  function setChain(state, chain) {
    if (state.side === "B") state.b = chain;
    else state.edit.chain = chain;
  }

  function setSide(state, side) {
    if (side === "B" && !state.b) state.b = copy(state.edit.chain);
    state.side = side;
  }

  /* Keep the locked bars of a state as they sound, before anything changes that decides its terms; `terms` are those
     of the take that is shown, by bar. */
  function freeze(state, terms) {
    const kept = state.kept
      .map((layer) => ({ ...layer, bars: layer.bars.filter((bar) => state.locked.includes(bar)) }))
      .filter((layer) => layer.bars.length > 0);
    const known = new Set(kept.flatMap((layer) => layer.bars));
    const fresh = state.locked.filter((bar) => !known.has(bar));
    const { seed, samplers } = state.edit;
    if (fresh.length) kept.push({ seed, samplers: copy(samplers), terms: [...terms], bars: fresh });
    state.kept = kept;
  }

  function lock(state, bar, whether) {
    const others = state.locked.filter((one) => one !== bar);
    state.locked = (whether ? [...others, bar] : others).sort((one, other) => one - other);
  }

  /* What decides the terms of a take, whatever it is played over. */
  const sampledBy = ({ seed, samplers, critics = [], improvise = {} }) => [
    seed,
    samplers,
    critics,
    improvise.shape ?? {},
    improvise.particles ?? null,
  ];

  /* Lay what the server read from YAML into a state: its chain belongs to the side that is shown. */
  function takeEdit(state, { chain, ...edit }, terms) {
    if (!equal(sampledBy(edit), sampledBy(state.edit))) freeze(state, terms);
    const chainA = state.side === "B" ? state.edit.chain : chain;
    const band = state.edit.accompany ? { accompany: edit.accompany ?? {} } : {};
    state.edit = { ...edit, improvise: edit.improvise ?? {}, ...band, chain: chainA };
    if (state.side === "B") state.b = chain;
  }

  /* Set keys of `improvise`; null and "" take them away. */
  function setImprovise(state, values) {
    const next = { ...state.edit.improvise, ...values };
    for (const [key, value] of Object.entries(values)) if (value === null || value === "") delete next[key];
    state.edit.improvise = next;
  }

  /* Make a state a traded take, {live, strokes, end} as jazzgram/studio/traded.py has it, or null: none any more. Its
     bars are those of two players, and cannot be locked. */
  function setTrade(state, trade) {
    delete state.trade;
    if (trade) Object.assign(state, { trade, locked: [], kept: [] });
  }

  /* Set the style of the band; "" leaves it to the changes. A configuration with players of its own has none to set. */
  function setStyle(state, style) {
    if (state.edit.accompany) state.edit.accompany = style ? { style } : {};
  }

  /* A seed that no state has had, one above the highest. */
  const nextSeed = (states) => Math.max(...states.map((state) => state.edit.seed)) + 1;

  function takeLabel(seed, lockedBars) {
    if (!lockedBars) return `Take ${seed}`;
    return `Take ${seed}, ${lockedBars} bar${lockedBars > 1 ? "s" : ""} locked`;
  }

  jazzgram.history = {
    begin,
    current,
    change,
    amend,
    goTo,
    toText,
    fromText,
    chainOf,
    recipeOf,
    setChain,
    setSide,
    freeze,
    lock,
    takeEdit,
    setImprovise,
    setTrade,
    setStyle,
    nextSeed,
    takeLabel,
    equal,
  };
})((globalThis.jazzgram ??= {}));
