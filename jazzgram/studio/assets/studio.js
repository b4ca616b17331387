/* What binds the studio together: controls, session, server, and what is shown. */
(async function () {
  "use strict";
  const get = (id) => document.getElementById(id);
  const { make, ask, freeze } = jazzgram;
  history.replaceState(null, "", "/"); // the token need not stand in the address any more: a cookie has it

  let setup;
  try {
    setup = await (await ask("/start")).json();
  } catch (error) {
    get("sum").textContent = "";
    trouble(error.message, () => location.reload());
    return;
  }
  get("facts").textContent = `${setup.name} · learned from ${setup.corpus.replace(/^.*[/\\]/, "")} · ${setup.tokenizer} terms · ${setup.model} model`;
  const session = jazzgram.Session(setup.document, setup.name);
  const heard = { A: null, B: null }; // what each chain was last heard to make, and of which terms
  let played = null, shown = null, typing = false;

  const solo = jazzgram.SoloView({
    onlock: (bar, whether) => session.note((state) => { state.locked = state.locked.filter((one) => one !== bar).concat(whether ? [bar] : []).sort((a, b) => a - b); }),
    onscore: async () => (await ask("/score", session.recipe())).json(),
    onnumbers: async (whole) => (await ask(`/numbers?whole=${whole ? 1 : 0}`, session.recipe())).json(),
  });
  const cards = jazzgram.Cards(get("panel-chain"), setup.palette, "chain", (label, steps, what) => session.change(label, (state) => setChain(state, steps), what));
  const samplers = jazzgram.Cards(get("panel-samplers"), setup.palette, "samplers", (label, steps, what) => session.change(label, (state) => { freeze(state); state.document.samplers = steps; }, what));

  function setChain(state, steps) {
    if (state.side === "B") state.b = steps; else state.document.chain = steps;
  }

  /* the server */
  const wish = jazzgram.Latest(async (recipe) => {
    const begun = performance.now();
    document.querySelector(".solo").setAttribute("aria-busy", "true");
    const watch = setInterval(working, 400);
    try {
      const take = await (await ask("/take", recipe)).json();
      calm();
      arrived(take, recipe, begun);
    } catch (error) {
      refused(error, recipe);
    } finally {
      clearInterval(watch);
      document.querySelector(".solo").setAttribute("aria-busy", "false");
    }
  });

  async function working() {
    try {
      const now = await (await ask("/working")).json();
      if (now.stage) get("sum").textContent = `${now.stage}${now.detail ? `: ${now.detail}` : ""}…`;
    } catch (error) { /* the take itself will tell */ }
  }

  function arrived(take, recipe, begun) {
    played = JSON.stringify(recipe);
    const state = session.state();
    if (typeof recipe.document === "string") {
      if (recipe.document !== get("yaml").value) return; // typed on since
      typing = true;
      session.change("YAML edited", (next) => {
        const { chain, ...rest } = take.document;
        if (JSON.stringify([rest.seed, rest.samplers]) !== JSON.stringify([next.document.seed, next.document.samplers])) freeze(next);
        next.document = { ...rest, improvise: rest.improvise || {}, chain: next.side === "B" ? next.document.chain : chain };
        if (next.side === "B") next.b = chain;
      }, "yaml");
      played = JSON.stringify(session.recipe());
      draw();
      typing = false;
    } else if (document.activeElement !== get("yaml")) get("yaml").value = take.yaml;
    shown = take;
    mistakes([]);
    const { view } = take;
    if (state.locked.some((bar) => bar >= view.bars)) session.note((next) => { next.locked = next.locked.filter((bar) => bar < view.bars); });
    solo.show(view, session.state().locked);
    cards.effects(solo.effects());
    const notes = view.tracks[0].notes.length;
    get("sum").textContent = [`${view.title}`, `${view.bars} bars of ${view.meter}`, `♩ = ${view.tempo}`, `${notes} notes`].join(" · ");
    if (take.warnings.length) get("sum").append(make("span", { class: "warning" }, ` ${take.warnings.join(" ")}`));
    get("tempo").placeholder = view.tempo;
    get("meter").placeholder = view.meter;
    get("bars").placeholder = view.bars;
    compare(view, take.terms);
    document.body.dataset.milliseconds = Math.round(performance.now() - begun);
    document.body.dataset.take = Number(document.body.dataset.take || 0) + 1;
  }

  function refused(error, recipe) {
    if (typeof recipe.document === "string" && recipe.document !== get("yaml").value) return;
    if (error.gone) { trouble(error.message, () => wish(recipe)); return; }
    if (error.mistakes && error.mistakes.length) {
      calm();
      mistakes(error.mistakes);
      get("sum").textContent = "Not played: see what is marked. What you hear is the take before.";
    } else {
      trouble(error.message, () => wish(recipe));
      get("sum").textContent = "Not played. What you hear is the take before.";
    }
    document.body.dataset.take = Number(document.body.dataset.take || 0) + 1;
  }

  function mistakes(list) {
    cards.mistakes(list);
    samplers.mistakes(list);
    const of = (place) => list.filter((one) => one.place === place || one.place.startsWith(`${place}.`));
    const improvise = of("improvise");
    get("chords-mistake").textContent = improvise.map((one) => (one.place === "improvise.chords" ? one.message : `${one.place.split(".").pop()}: ${one.message}`)).join("; ");
    for (const key of ["chords", "bars", "meter", "tempo", "title"]) get(key).toggleAttribute("data-wrong", of(`improvise.${key}`).length > 0);
    get("seed").toggleAttribute("data-wrong", of("seed").length > 0);
    get("yaml-mistakes").replaceChildren(...list.map((one) => make("li", {},
      one.line === null ? "" : make("button", { type: "button", class: "quiet", on: { click: () => line(one.line) } }, `line ${one.line}`), ` ${one.place ? `${one.place}: ` : ""}${one.message}`)));
    const elsewhere = list.filter((one) => !/^(chain|samplers|improvise)\b/.test(one.place));
    if (elsewhere.length && get("panel-yaml").hidden) trouble(elsewhere.map((one) => [one.place, one.message].filter(Boolean).join(": ")).join("; "));
  }

  function line(number) {
    const area = get("yaml"), lines = area.value.split("\n"), start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number - 1] || "").length);
  }

  let again = null;
  function trouble(text, retry) {
    get("trouble").hidden = false;
    get("trouble-text").textContent = text;
    get("retry").hidden = !retry;
    again = retry;
  }
  function calm() { get("trouble").hidden = true; }
  get("retry").addEventListener("click", () => { calm(); if (again) again(); });

  /* A and B */
  function compare(view, terms) {
    const side = session.state().side, other = side === "A" ? "B" : "A";
    heard[side] = { terms: terms.join("/"), notes: view.tracks[0].notes, bar: view.bar };
    const them = heard[other];
    if (!session.state().b) { get("compared").textContent = ""; return; }
    if (!them || them.terms !== heard[side].terms) { get("compared").textContent = `Chain ${side}. ${other} plays the same terms through its own steps.`; return; }
    const key = (note) => note.join(","), theirs = new Set(them.notes.map(key));
    const different = view.tracks[0].notes.filter((note) => !theirs.has(key(note)));
    const bars = [...new Set(different.map((note) => Math.floor(note[1] / view.bar) + 1))];
    get("compared").textContent = different.length
      ? `${different.length} of ${view.tracks[0].notes.length} notes of ${side} are not as in ${other}, on the same terms: bar${bars.length > 1 ? "s" : ""} ${bars.slice(0, 12).join(", ")}${bars.length > 12 ? " …" : ""}.`
      : `A and B play the same notes.`;
  }
  function side(which) {
    if (session.state().side === which) return;
    session.change(`Chain ${which}`, (state) => { if (which === "B" && !state.b) state.b = JSON.parse(JSON.stringify(state.document.chain)); state.side = which; });
  }
  for (const [id, which, other] of [["side-a", "A", "side-b"], ["side-b", "B", "side-a"]]) {
    get(id).addEventListener("click", () => side(which));
    get(id).addEventListener("keydown", (event) => { if (/^Arrow/.test(event.key)) { event.preventDefault(); side(which === "A" ? "B" : "A"); get(other).focus(); } });
  }

  /* changes */
  const improvise = (label, values, what) => session.change(label, (state) => {
    const next = { ...state.document.improvise };
    for (const [key, value] of Object.entries(values)) if (value === null || value === "") delete next[key]; else next[key] = value;
    state.document.improvise = next;
  }, what);
  let wait = null, named = null; // the title that came with a chart goes with its changes
  get("chords").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(chords, 250); });
  get("chords").addEventListener("change", chords);
  function chords() {
    clearTimeout(wait);
    const text = get("chords").value.trim();
    if (/irealb(ook)?:\/\//i.test(text)) { chart("link.txt", new Blob([text])); return; }
    const values = session.state().document.improvise || {}, title = text && values.title !== named ? {} : { title: null };
    improvise(text ? "Changes typed" : "The corpus’s own changes", { chords: text || null, ...title }, "chords");
  }
  for (const [key, numeric] of [["bars", true], ["tempo", true], ["meter", false], ["title", false]]) {
    get(key).addEventListener("change", () => {
      const text = get(key).value.trim();
      improvise(`${key} ${text || "as it is"}`, { [key]: text === "" ? null : numeric ? Number(text) : text });
    });
  }
  function take(tune) {
    get("chords").value = tune.chords;
    named = tune.title;
    improvise(tune.title, { chords: tune.chords, meter: tune.meter, tempo: tune.tempo, title: tune.title, bars: null, reharmonize: null });
  }
  let picked = [];
  async function chart(name, content) {
    get("chords-mistake").textContent = `Reading ${name}…`;
    try {
      picked = await (await ask(`/chart?name=${encodeURIComponent(name)}`, content, true)).json();
    } catch (error) {
      get("chords-mistake").textContent = error.message;
      document.body.dataset.take = Number(document.body.dataset.take || 0) + 1;
      return;
    }
    get("chords-mistake").textContent = "";
    get("picked").hidden = picked.length < 2;
    get("picked-name").textContent = name;
    get("picked-tune").replaceChildren(...picked.map((tune, number) => make("option", { value: number }, `${tune.title} (${tune.bars})`)));
    take(picked[0]);
  }
  get("picked-tune").addEventListener("change", () => take(picked[Number(get("picked-tune").value)]));
  get("open").addEventListener("click", () => get("file").click());
  get("file").addEventListener("change", () => { const file = get("file").files[0]; if (file) chart(file.name, file); get("file").value = ""; });
  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => { if (carries(event)) { event.preventDefault(); get("drop").hidden = false; } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) get("drop").hidden = true; });
  addEventListener("drop", (event) => {
    get("drop").hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (file) chart(file.name, file);
  });
  let listed = false;
  async function list() {
    if (listed) return;
    listed = true;
    try {
      const tunes = await (await ask("/tunes")).json();
      get("tune").append(...tunes.map((tune, number) => make("option", { value: number }, `${tune.title}${tune.performer ? `, ${tune.performer}` : ""} (${tune.bars})`)));
    } catch (error) { listed = false; }
  }
  get("tune").addEventListener("change", async () => {
    if (get("tune").value === "") return;
    try { take(await (await ask(`/tunes/${get("tune").value}`)).json()); } catch (error) { get("chords-mistake").textContent = error.message; }
    get("tune").value = "";
  });

  /* seed and takes */
  const seed = (label, number) => session.change(label, (state) => { freeze(state); state.document.seed = number; });
  get("seed").addEventListener("change", () => { if (get("seed").value !== "") seed(`Seed ${get("seed").value}`, Number(get("seed").value)); });
  get("another").addEventListener("click", another);
  function another() {
    const used = session.states().map((state) => state.document.seed), next = Math.max(...used) + 1, locked = session.state().locked.length;
    seed(locked ? `Take ${next}, ${locked} bar${locked > 1 ? "s" : ""} locked` : `Take ${next}`, next);
  }
  get("unlock").addEventListener("click", () => session.note((state) => { state.locked = []; }));
  get("undo").addEventListener("click", () => session.go(session.at() - 1));
  get("redo").addEventListener("click", () => session.go(session.at() + 1));

  /* YAML */
  let pause = null;
  get("yaml").addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(() => wish({ document: get("yaml").value, kept: session.state().kept }), 300); });
  get("download-yaml").addEventListener("click", () => download("yaml"));

  /* files */
  async function download(kind) {
    get("export").disabled = true;
    try {
      const response = await ask(`/export/${kind}`, session.recipe());
      const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition"))[1];
      const link = make("a", { href: URL.createObjectURL(await response.blob()), download: name });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 30000);
      calm();
    } catch (error) { trouble(error.message, () => download(kind)); }
    get("export").disabled = false;
    get("export").value = "";
  }
  get("export").addEventListener("change", () => get("export").value && download(get("export").value));

  /* tabs */
  for (const tabs of document.querySelectorAll('[role="tablist"]')) {
    const all = [...tabs.querySelectorAll('[role="tab"]')];
    const choose = (tab) => {
      for (const one of all) {
        one.setAttribute("aria-selected", String(one === tab));
        one.tabIndex = one === tab ? 0 : -1;
        get(one.getAttribute("aria-controls")).hidden = one !== tab;
      }
      tab.focus();
      solo.opened();
    };
    for (const tab of all) tab.addEventListener("click", () => choose(tab));
    tabs.addEventListener("keydown", (event) => {
      const now = all.indexOf(document.activeElement), to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined && now >= 0) { event.preventDefault(); choose(all[(to + all.length) % all.length]); }
    });
  }
  get("panel-chain").addEventListener("click", (event) => {
    const effect = event.target.closest("[data-effect]");
    if (!effect || !shown) return;
    const number = Number(effect.dataset.effect) + 1, step = shown.view.steps.find((one) => one.label.startsWith(`${number}:`) && one.hook !== "unparse_grammar");
    if (step) { solo.step(step.label); get("tab-roll").click(); }
  });

  /* keys */
  addEventListener("keydown", (event) => {
    const inField = event.target.closest && event.target.closest("input:not([type=range]):not([type=checkbox]), textarea, select");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !inField) { event.preventDefault(); session.go(session.at() + (event.shiftKey ? 1 : -1)); return; }
    if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && !event.target.closest("button, summary, a")) { event.preventDefault(); solo.toggle(); }
    if (event.key.toLowerCase() === "n") another();
  });

  /* what is shown of the state */
  function draw() {
    const state = session.state(), values = state.document.improvise || {};
    cards.show(session.chain(state));
    samplers.show(state.document.samplers);
    for (const key of ["chords", "bars", "meter", "tempo", "title"]) {
      const own = key === "chords" && values.chords === "source" ? "" : values[key];
      if (get(key) !== document.activeElement) get(key).value = own === undefined || own === null ? "" : own;
    }
    if (get("seed") !== document.activeElement) get("seed").value = state.document.seed;
    get("undo").disabled = session.at() === 0;
    get("redo").disabled = session.at() === session.states().length - 1;
    get("side-a").setAttribute("aria-checked", String(state.side === "A"));
    get("side-b").setAttribute("aria-checked", String(state.side === "B"));
    get("side-a").tabIndex = state.side === "A" ? 0 : -1;
    get("side-b").tabIndex = state.side === "B" ? 0 : -1;
    solo.locks(state.locked);
    get("takes").replaceChildren(...session.states().map((one, number) => make("li", {},
      make("button", { type: "button", "aria-current": number === session.at() ? "true" : null, on: { click: () => session.go(number) } },
        one.label, make("small", {}, ` seed ${one.document.seed}${one.side === "B" ? " · B" : ""}`)))).reverse());
  }
  session.onchange = () => {
    draw();
    if (typing) return;
    const recipe = session.recipe();
    if (JSON.stringify(recipe) !== played) wish(recipe);
    else if (shown) compare(shown.view, shown.terms);
  };
  draw();
  await wishAndWait();
  list();

  function wishAndWait() {
    wish(session.recipe());
    return new Promise((resolve) => { const look = setInterval(() => { if (document.body.dataset.take || !get("trouble").hidden) { clearInterval(look); resolve(); } }, 100); });
  }
})();
