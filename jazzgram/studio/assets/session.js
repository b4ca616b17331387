/* What the player has done: takes with undo, kept over a reload, and the server that plays them.

   A state is {document, b, side, kept, locked, label}: `document` as the server has it, with chain A; `b` is chain B or
   null; `kept` are bars of earlier takes, [{seed, samplers, bars}]; `locked` the bars that stay. */
(function () {
  "use strict";
  const jazzgram = (window.jazzgram = window.jazzgram || {});
  const MOST = 60, TOGETHER = 1200; // milliseconds within which the same control is one change

  const copy = (value) => JSON.parse(JSON.stringify(value));

  jazzgram.Session = function (first, name) {
    const STORE = `jazzgram-studio ${name}`;
    let states = [{ document: first, b: null, side: "A", kept: [], locked: [], label: "As configured" }], at = 0;
    let last = { what: null, when: 0 };
    const session = { onchange: () => {} };

    function save() {
      try { sessionStorage.setItem(STORE, JSON.stringify({ states: states, at: at })); } catch (error) { /* full or forbidden: only a reload forgets */ }
    }
    try {
      const stored = JSON.parse(sessionStorage.getItem(STORE));
      if (stored && stored.states.length && stored.states[stored.at].document) { states = stored.states; at = stored.at; }
    } catch (error) { /* nothing worth keeping */ }

    session.state = () => states[at];
    session.states = () => states;
    session.at = () => at;
    /* Change the state; changes of the same control in quick succession are undone together. */
    session.change = (label, change, what) => {
      const state = copy(states[at]);
      change(state);
      if (JSON.stringify({ ...state, label: "" }) === JSON.stringify({ ...states[at], label: "" })) return;
      state.label = label;
      const now = Date.now(), same = what && what === last.what && now - last.when < TOGETHER && at === states.length - 1 && at > 0;
      states = states.slice(0, same ? at : at + 1).concat([state]).slice(-MOST);
      at = states.length - 1;
      last = { what: what || null, when: now };
      save();
      session.onchange();
    };
    /* What only the page needs to know, such as a lock: no take of its own. */
    session.note = (change) => { change(states[at]); save(); session.onchange(); };
    session.go = (number) => {
      if (number < 0 || number >= states.length || number === at) return;
      at = number;
      last = { what: null, when: 0 };
      save();
      session.onchange();
    };
    session.chain = (state) => (state.side === "B" && state.b ? state.b : state.document.chain);
    session.recipe = () => {
      const state = states[at];
      return { document: { ...state.document, chain: session.chain(state) }, kept: state.kept };
    };
    return session;
  };

  /* Keep the locked bars as they sound, before seed or samplers change. */
  jazzgram.freeze = function (state) {
    const locked = new Set(state.locked), kept = [];
    const known = new Set();
    for (const layer of state.kept) {
      const bars = layer.bars.filter((bar) => locked.has(bar));
      bars.forEach((bar) => known.add(bar));
      if (bars.length) kept.push({ ...layer, bars: bars });
    }
    const fresh = state.locked.filter((bar) => !known.has(bar));
    if (fresh.length) kept.push({ seed: state.document.seed, samplers: copy(state.document.samplers), bars: fresh });
    state.kept = kept;
  };

  /* Ask the server. What it refuses is an Error with `mistakes`; where it is not there, `gone` is true. */
  jazzgram.ask = async function (path, content, raw) {
    let response;
    const options = content === undefined ? {} : { method: "POST", body: raw ? content : JSON.stringify(content) };
    try {
      response = await fetch(path, { ...options, credentials: "same-origin" });
    } catch (error) {
      throw Object.assign(new Error("The studio does not answer: it was stopped, or this computer slept. Start it again and open its new address."), { gone: true });
    }
    if (response.ok) return response;
    let said = {};
    const text = await response.text();
    try { said = JSON.parse(text); } catch (error) { said = { error: text || `the studio answered ${response.status}` }; }
    throw Object.assign(new Error(said.error), { mistakes: said.mistakes || [], document: said.document });
  };

  /* One take at a time: while one is under way, only the newest wish waits. */
  jazzgram.Latest = function (work) {
    let busy = false, next = null;
    return function wish(value) {
      if (busy) { next = { value: value }; return; }
      busy = true;
      work(value).finally(() => {
        busy = false;
        if (next) { const waiting = next; next = null; wish(waiting.value); }
      });
    };
  };
})();
