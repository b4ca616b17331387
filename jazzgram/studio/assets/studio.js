/* What binds the studio together: session, server, controls, and what is shown.

   After every answer of the server to a change, its notes shown or its mistakes marked, the document gets the event
   "jazzgram:answered" with {milliseconds} since the question: what automates the page waits for it. */
(async function (jazzgram) {
  "use strict";
  const { steps, history, chainEdits, mistakes, trouble } = jazzgram;
  const { get, make } = jazzgram.dom;
  const { ask, fileName, latest } = jazzgram.server;
  const TYPING_PAUSE = 300; // milliseconds
  const TAKE_PATIENCE = 500; // milliseconds from which a take is not waited for when a newer one is wanted
  // Which page's older takes a newer one replaces; randomUUID is not there on a phone, whose page has no TLS.
  const PAGE = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const FILE_LIFE = 30_000; // milliseconds in which a browser has begun to store a download
  const NOT_PLAYED = "What you hear is the take before.";

  window.history.replaceState(null, "", "/"); // the token need not stand in the address any more: a cookie has it
  const setup = await start();
  if (!setup) return;

  const session = new jazzgram.Session(setup.edit, setup.yaml, setup.name);
  const page = {
    recipe: null, // what was played last, as JSON
    take: null, // the server's answer to it
    isAnswered: false, // whether it answers the last question: a refused one leaves what was played before
    isTakingYaml: false, // the session follows the server, not the other way round
    typing: null, // the timer of the YAML
  };
  const solo = new jazzgram.SoloView({
    onlock: (bar, whether) => !session.state.trade && session.amend((state) => history.lock(state, bar, whether)),
    ontime: (tick) => trade?.moveCursor(tick),
    fetchScore: async () => (await ask("/score", { json: session.recipe })).json(),
    fetchNumbers: async (whole) => (await ask(`/numbers?whole=${whole ? 1 : 0}`, { json: session.recipe })).json(),
    fetchFile: async (file) => (await ask(`/sound/${file}.mp3`)).arrayBuffer(),
  });
  const chain = new jazzgram.Cards(get("panel-chain"), setup.catalogue, "chain", (label, edited, control) => {
    session.change(label, (state) => history.setChain(state, edited), control);
  });
  const samplers = new jazzgram.Cards(get("panel-samplers"), setup.catalogue, "samplers", (label, edited, control) => {
    const update = (state) => {
      history.freeze(state, termsShown());
      state.edit.samplers = edited;
    };
    session.change(label, update, control);
  });
  const critics = new jazzgram.Cards(get("panel-critics"), setup.catalogue, "critics", (label, edited, control) => {
    const update = (state) => {
      history.freeze(state, termsShown());
      state.edit.critics = edited;
    };
    session.change(label, update, control);
  });
  const sides = new jazzgram.Sides(session);
  const trade = new jazzgram.Trade({ session, solo, live: setup.live });
  const changes = new jazzgram.Changes(session, setup, () => reportAnswered(performance.now()));

  /* The server. */
  const wish = latest(async (recipe, signal) => {
    const begun = performance.now();
    const section = document.querySelector(".solo");
    section.setAttribute("aria-busy", "true");
    page.isAnswered = false;
    jazzgram.working.watch();
    try {
      const json = { ...recipe, text: session.state.yaml };
      const take = await (await ask(`/take?page=${PAGE}`, { json, signal })).json();
      trouble.hide();
      showTake({ ...take, view: steps.readView(take.view) }, recipe, begun);
    } catch (error) {
      if (!error.abandoned) showRefusal(error, recipe, begun);
    } finally {
      jazzgram.working.leave();
      section.setAttribute("aria-busy", "false");
    }
  }, TAKE_PATIENCE);

  /* The terms of the take that is shown, bar by bar: what a locked bar keeps. */
  const termsShown = () => page.take?.terms ?? [];

  async function start() {
    try {
      const answer = await (await ask("/start")).json();
      const corpus = answer.corpus.replace(/^.*[/\\]/, "");
      const facts = [answer.name, `learned from ${corpus}`, `${answer.tokenizer} terms`, `${answer.model} model`];
      get("facts").textContent = facts.join(" · ");
      return answer;
    } catch (error) {
      get("sum").textContent = "";
      trouble.show(error.message, () => location.reload());
      return null;
    }
  }

  function reportAnswered(begun) {
    const milliseconds = Math.round(performance.now() - begun);
    document.dispatchEvent(new CustomEvent("jazzgram:answered", { detail: { milliseconds } }));
  }

  /* Whether YAML was typed on since a recipe was asked for. */
  const isOutdated = (recipe) => typeof recipe.edit === "string" && recipe.edit !== get("yaml").value;

  function showTake(take, recipe, begun) {
    page.recipe = JSON.stringify(recipe);
    if (isOutdated(recipe)) return;
    if (typeof recipe.edit === "string") takeYaml(take.edit);
    else if (document.activeElement !== get("yaml")) get("yaml").value = take.yaml;
    page.take = take;
    page.isAnswered = true;
    if (page.recipe === JSON.stringify(session.recipe)) session.annotate(take.yaml);
    jazzgram.savedFiles.played(take.saved);
    mistakes.show([], [chain, samplers, critics]);
    const { view } = take;
    if (session.state.locked.some((bar) => bar >= view.bars)) {
      session.amend((state) => {
        state.locked = state.locked.filter((bar) => bar < view.bars);
      });
    }
    solo.show(take, session.state.locked);
    trade.show(take);
    jazzgram.curves.show(get("curves"), take.curves);
    chain.showEffects(solo.effects);
    showSum(take);
    sides.compare(take);
    reportAnswered(begun);
  }

  function takeYaml(taken) {
    page.isTakingYaml = true;
    const update = (state) => {
      history.takeEdit(state, taken, termsShown());
      state.yaml = get("yaml").value;
    };
    session.change("YAML edited", update, "yaml");
    page.recipe = JSON.stringify(session.recipe);
    draw();
    page.isTakingYaml = false;
  }

  function showSum({ view, warnings }) {
    const notes = view.tracks[0].notes.length;
    const parts = [view.title, `${view.bars} bars of ${view.meter}`, `♩ = ${view.tempo}`, `${notes} notes`];
    get("sum").textContent = parts.join(" · ");
    const told = jazzgram.typedChanges.warningsBeside(warnings, get("chords-note").textContent);
    if (told.length) get("sum").append(make("span", { class: "warning" }, ` ${told.join(" ")}`));
    for (const key of ["tempo", "meter", "bars"]) get(key).placeholder = view[key];
  }

  function showRefusal(error, recipe, begun) {
    if (isOutdated(recipe)) return;
    const again = () => wish(recipe);
    if (error.gone) {
      trouble.show(error.message, again);
      return;
    }
    if (error.mistakes?.length) {
      trouble.hide();
      mistakes.show(error.mistakes, [chain, samplers, critics]);
      get("sum").textContent = `Not played: see what is marked. ${NOT_PLAYED}`;
    } else {
      mistakes.show([], [chain, samplers, critics]); // those of an earlier edit
      trouble.show(error.message, again);
      get("sum").textContent = `Not played. ${NOT_PLAYED}`;
    }
    reportAnswered(begun);
  }

  /* Seed, takes and locks. */
  function setSeed(label, seed) {
    const update = (state) => {
      history.freeze(state, termsShown());
      state.edit.seed = seed;
    };
    session.change(label, update);
  }

  function newTake() {
    const seed = history.nextSeed(session.states);
    setSeed(history.takeLabel(seed, session.state.locked.length), seed);
  }

  function unlockAll() {
    session.amend((state) => {
      state.locked = [];
    });
  }

  function listenToTakes() {
    get("seed").addEventListener("change", () => {
      const text = get("seed").value;
      if (text !== "") setSeed(`Seed ${text}`, Number(text));
    });
    get("another").addEventListener("click", newTake);
    get("unlock").addEventListener("click", unlockAll);
    get("undo").addEventListener("click", () => session.goTo(session.at - 1));
    get("redo").addEventListener("click", () => session.goTo(session.at + 1));
  }

  /* YAML and files. */
  function listenToYaml() {
    get("yaml").addEventListener("input", () => {
      clearTimeout(page.typing);
      const play = () => wish({ ...session.recipe, edit: get("yaml").value });
      page.typing = setTimeout(play, TYPING_PAUSE);
    });
    get("download-yaml").addEventListener("click", () => download("yaml"));
    get("export").addEventListener("change", () => {
      if (get("export").value) download(get("export").value);
    });
  }

  async function download(kind) {
    get("export").disabled = true;
    try {
      const response = await ask(`/export/${kind}`, { json: session.recipe });
      const name = fileName(response.headers.get("content-disposition"));
      const link = make("a", { href: URL.createObjectURL(await response.blob()), download: name });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), FILE_LIFE);
      trouble.hide();
    } catch (error) {
      trouble.show(error.message, () => download(kind));
    }
    get("export").disabled = false;
    get("export").value = "";
  }

  /* Another take by plugin files that were saved; their cards have the options of now. */
  async function takeSaved(names) {
    const catalogue = await (await ask("/catalogue")).json();
    for (const cards of [chain, samplers, critics]) cards.setPlugins(catalogue);
    const time = new Date().toLocaleTimeString();
    get("saved").textContent = `${names.join(", ")} saved at ${time}: the take is made again.`;
    await wish(session.recipe);
  }

  /* A card's effect leads to the roll after its step. */
  function listenToEffects() {
    get("panel-chain").addEventListener("click", (event) => {
      const effect = event.target.closest("[data-effect]");
      const step = effect && page.take && chainEdits.stepAt(page.take.view, Number(effect.dataset.effect));
      if (!step) return;
      solo.showStep(step);
      get("tab-roll").click();
    });
  }

  function listenToKeys() {
    const typed = "input:not([type=range]):not([type=checkbox]), textarea, select";
    addEventListener("keydown", (event) => {
      const { target, key, shiftKey } = event;
      if (target.closest?.(typed)) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && key.toLowerCase() === "z") {
        event.preventDefault();
        session.goTo(session.at + (shiftKey ? 1 : -1));
        return;
      }
      if (isCommand || event.altKey) return;
      if (key === " " && !target.closest?.("button, summary, a")) {
        event.preventDefault();
        solo.toggle();
      }
      if (key.toLowerCase() === "n") newTake();
    });
  }

  /* What is shown of the state. */
  function draw() {
    const { state, states, at } = session;
    chain.show(history.chainOf(state));
    samplers.show(state.edit.samplers);
    critics.show(state.edit.critics ?? []);
    changes.draw();
    trade.draw();
    if (get("yaml") !== document.activeElement) get("yaml").value = state.yaml;
    if (get("seed") !== document.activeElement) get("seed").value = state.edit.seed;
    get("undo").disabled = at === 0;
    get("redo").disabled = at === states.length - 1;
    sides.draw();
    solo.showLocks(state.locked);
    get("takes").replaceChildren(...states.map(makeTake).reverse());
  }

  function makeTake({ label, edit: { seed }, side }, index) {
    const current = index === session.at ? "true" : null;
    const click = () => session.goTo(index);
    const seedText = label.endsWith(` ${seed}`) ? "" : ` seed ${seed}`; // it is in the label of a take
    const small = make("small", {}, `${seedText}${side === "B" ? " · B" : ""}`);
    return make("li", {}, make("button", { type: "button", "aria-current": current, on: { click } }, label, small));
  }

  session.onchange = () => {
    draw();
    if (page.isTakingYaml) return;
    const { recipe } = session;
    if (JSON.stringify(recipe) !== page.recipe || !page.isAnswered) wish(recipe);
    else if (page.take) sides.compare(page.take);
  };
  listenToTakes();
  listenToYaml();
  listenToEffects();
  listenToKeys();
  for (const tablist of document.querySelectorAll('[role="tablist"]')) {
    jazzgram.tabs.enable(tablist, () => solo.refresh());
  }
  draw();
  await wish(session.recipe);
  changes.listTunes();
  jazzgram.savedFiles.watch(takeSaved);
})((globalThis.jazzgram ??= {}));
